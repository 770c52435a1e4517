; What kernels ask of the device: their position, barriers, and the functions that its units have.
; Generic mathematical intrinsics end LLVM's process on this target: only its own are called.
target triple = "nvptx64-nvidia-cuda"

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
declare void @llvm.nvvm.barrier0()
declare float @llvm.nvvm.sqrt.rn.f(float)
declare float @llvm.nvvm.floor.f(float)
declare float @llvm.nvvm.fma.rn.f(float, float, float)
declare i32 @llvm.nvvm.f2tf32.rna(float)
declare bfloat @llvm.nvvm.f2bf16.rn(float)
declare <2 x bfloat> @llvm.nvvm.ff2bf16x2.rn(float, float)
declare void @llvm.nvvm.cp.async.ca.shared.global.4.s(ptr addrspace(3), ptr addrspace(1), i32)
declare void @llvm.nvvm.cp.async.cg.shared.global.16.s(ptr addrspace(3), ptr addrspace(1), i32)
declare void @llvm.nvvm.cp.async.commit.group()
declare void @llvm.nvvm.cp.async.wait.group(i32)
declare { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3))
declare { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3))
declare { float, float, float, float } @llvm.nvvm.mma.m16n8k8.row.col.tf32(i32, i32, i32, i32, i32, i32, float, float, float, float)
declare { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32, i32, i32, i32, i32, i32, float, float, float, float)

; Dynamic shared memory: a launch says how much.
@nnc_shared = external addrspace(3) global [0 x i8], align 16

define internal i32 @nnc.thread() alwaysinline {
  %r = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  ret i32 %r
}

define internal i32 @nnc.group() alwaysinline {
  %r = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  ret i32 %r
}

define internal i32 @nnc.groups() alwaysinline {
  %r = call i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
  ret i32 %r
}

define internal void @nnc.barrier() alwaysinline convergent {
  call void @llvm.nvvm.barrier0() convergent
  ret void
}

; A barrier of all groups of a launch, which must all be on the device. Every group adds one to a counter, but the first one adds what
; the others leave to the counter's highest bit: that bit changes when the last group has come, and the others are zero again, so
; that nothing has to be set back. What threads wrote before is released by the first of their group, which the group's barrier put
; behind all of it, and acquired by the first of the others, once and not at every look: that empties a cache.
define internal void @nnc.grid.barrier(ptr addrspace(1) %counter) alwaysinline convergent {
  call void @llvm.nvvm.barrier0()
  %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %is_first = icmp eq i32 %thread, 0
  br i1 %is_first, label %arrive, label %go
arrive:
  %group = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %groups = call i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
  %rest = sub i32 -2147483647, %groups
  %leads = icmp eq i32 %group, 0
  %added = select i1 %leads, i32 %rest, i32 1
  %before = call i32 asm sideeffect "atom.release.gpu.global.add.u32 $0, [$1], $2;", "=r,l,r,~{memory}"(ptr addrspace(1) %counter, i32 %added)
  br label %wait
wait:
  %now = call i32 asm sideeffect "ld.relaxed.gpu.global.u32 $0, [$1];", "=r,l,~{memory}"(ptr addrspace(1) %counter)
  %changed = xor i32 %before, %now
  %all_came = icmp slt i32 %changed, 0
  br i1 %all_came, label %acquire, label %wait
acquire:
  call void asm sideeffect "fence.acq_rel.gpu;", "~{memory}"()
  br label %go
go:
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

; x y + z, rounded once.
define internal float @nnc.fma(float %x, float %y, float %z) alwaysinline {
  %r = call float @llvm.nvvm.fma.rn.f(float %x, float %y, float %z)
  ret float %r
}

; Rounded to the nearest, halves away from zero: what the tensor cores take as TF32.
define internal i32 @nnc.tf32(float %x) alwaysinline {
  %r = call i32 @llvm.nvvm.f2tf32.rna(float %x)
  ret i32 %r
}

; Rounded to the nearest, halves to the even one.
define internal i16 @nnc.bf16(float %x) alwaysinline {
  %v1 = call bfloat @llvm.nvvm.f2bf16.rn(float %x)
  %r = bitcast bfloat %v1 to i16
  ret i16 %r
}

define internal i32 @nnc.bf16x2(float %low, float %high) alwaysinline {
  %v1 = call <2 x bfloat> @llvm.nvvm.ff2bf16x2.rn(float %high, float %low)
  %r = bitcast <2 x bfloat> %v1 to i32
  ret i32 %r
}

; Copies to shared memory that the thread does not wait for; bytes beyond those that are read become zero.
define internal void @nnc.copy4(ptr addrspace(3) %to, ptr addrspace(1) %from, i32 %read) alwaysinline {
  call void @llvm.nvvm.cp.async.ca.shared.global.4.s(ptr addrspace(3) %to, ptr addrspace(1) %from, i32 %read)
  ret void
}

define internal void @nnc.copy16(ptr addrspace(3) %to, ptr addrspace(1) %from, i32 %read) alwaysinline {
  call void @llvm.nvvm.cp.async.cg.shared.global.16.s(ptr addrspace(3) %to, ptr addrspace(1) %from, i32 %read)
  ret void
}

; Makes a group of the copies since the last one.
define internal void @nnc.copies.commit() alwaysinline {
  call void @llvm.nvvm.cp.async.commit.group()
  ret void
}

; Waits for all groups of copies but the last one, and for all.
define internal void @nnc.copies.wait1() alwaysinline {
  call void @llvm.nvvm.cp.async.wait.group(i32 1)
  ret void
}

define internal void @nnc.copies.wait0() alwaysinline {
  call void @llvm.nvvm.cp.async.wait.group(i32 0)
  ret void
}

; What all threads of a warp do together: LLVM's own declarations do not say so, so that the calls must.
define internal { i32, i32, i32, i32 } @nnc.matrices(ptr addrspace(3) %row) alwaysinline convergent {
  %r = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3) %row) convergent
  ret { i32, i32, i32, i32 } %r
}

define internal { i32, i32, i32, i32 } @nnc.matrices.transposed(ptr addrspace(3) %row) alwaysinline convergent {
  %r = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3) %row) convergent
  ret { i32, i32, i32, i32 } %r
}

define internal { float, float, float, float } @nnc.mma.tf32(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3) alwaysinline convergent {
  %r = call { float, float, float, float } @llvm.nvvm.mma.m16n8k8.row.col.tf32(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3) convergent
  ret { float, float, float, float } %r
}

define internal { float, float, float, float } @nnc.mma.bf16(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3) alwaysinline convergent {
  %r = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3) convergent
  ret { float, float, float, float } %r
}
