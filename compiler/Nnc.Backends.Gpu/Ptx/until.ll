; After a step of a loop that may end early: once a step's flag holds, the loop is over. The flag of a step that did not run is
; whatever it was, and then the loop is over already.
define ptx_kernel void @until(ptr addrspace(1) %over, ptr addrspace(1) %flag) {
entry:
  %before = load i8, ptr addrspace(1) %over
  %now = load i8, ptr addrspace(1) %flag
  %after = or i8 %before, %now
  store i8 %after, ptr addrspace(1) %over
  ret void
}
