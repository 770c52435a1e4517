; What kernels ask of the device: their position, barriers, and the functions that its units have.
; Generic mathematical intrinsics end LLVM's process on this target: only its own are called.
target triple = "nvptx64-nvidia-cuda"

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare void @llvm.nvvm.barrier0()
declare float @llvm.nvvm.sqrt.rn.f(float)
declare float @llvm.nvvm.floor.f(float)
declare float @llvm.nvvm.sin.approx.f(float)
declare float @llvm.nvvm.cos.approx.f(float)

define internal i32 @nnc.thread() alwaysinline {
  %r = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  ret i32 %r
}

define internal i32 @nnc.threads() alwaysinline {
  %r = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  ret i32 %r
}

define internal i32 @nnc.group() alwaysinline {
  %r = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  ret i32 %r
}

define internal void @nnc.barrier() alwaysinline convergent {
  call void @llvm.nvvm.barrier0()
  ret void
}

define internal float @nnc.sqrt(float %x) alwaysinline {
  %r = call float @llvm.nvvm.sqrt.rn.f(float %x)
  ret float %r
}

define internal float @nnc.floor(float %x) alwaysinline {
  %r = call float @llvm.nvvm.floor.f(float %x)
  ret float %r
}

define internal float @nnc.sin(float %x) alwaysinline {
  %near = call float @nnc.near_zero(float %x)
  %r = call float @llvm.nvvm.sin.approx.f(float %near)
  ret float %r
}

define internal float @nnc.cos(float %x) alwaysinline {
  %near = call float @nnc.near_zero(float %x)
  %r = call float @llvm.nvvm.cos.approx.f(float %near)
  ret float %r
}

