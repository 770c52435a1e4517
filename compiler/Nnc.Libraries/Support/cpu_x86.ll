
; Function Attrs: minsize nounwind optsize
define hidden range(i32 1, 5) i32 @nnc_cpu_level() local_unnamed_addr #0 {
  %1 = tail call { i32, i32, i32, i32 } asm "  xchgq  %rbx,${1:q}\0A  cpuid\0A  xchgq  %rbx,${1:q}", "={ax},=r,={cx},={dx},0,~{dirflag},~{fpsr},~{flags}"(i32 0) #1, !srcloc !2
  %2 = extractvalue { i32, i32, i32, i32 } %1, 0
  %3 = icmp eq i32 %2, 0
  br i1 %3, label %39, label %4

4:                                                ; preds = %0
  %5 = tail call { i32, i32, i32, i32 } asm "  xchgq  %rbx,${1:q}\0A  cpuid\0A  xchgq  %rbx,${1:q}", "={ax},=r,={cx},={dx},0,~{dirflag},~{fpsr},~{flags}"(i32 1) #1, !srcloc !3
  %6 = extractvalue { i32, i32, i32, i32 } %5, 2
  %7 = and i32 %6, 953684481
  %8 = icmp eq i32 %7, 953684481
  br i1 %8, label %9, label %39

9:                                                ; preds = %4
  %10 = tail call { i32, i32 } asm sideeffect "xgetbv", "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}"(i32 0) #2, !srcloc !4
  %11 = extractvalue { i32, i32 } %10, 0
  %12 = and i32 %11, 6
  %13 = icmp ne i32 %12, 6
  %14 = icmp ult i32 %2, 7
  %15 = or i1 %14, %13
  br i1 %15, label %39, label %16

16:                                               ; preds = %9
  %17 = tail call { i32, i32, i32, i32 } asm "  xchgq  %rbx,${1:q}\0A  cpuid\0A  xchgq  %rbx,${1:q}", "={ax},=r,={cx},={dx},0,2,~{dirflag},~{fpsr},~{flags}"(i32 7, i32 0) #1, !srcloc !5
  %18 = extractvalue { i32, i32, i32, i32 } %17, 1
  %19 = and i32 %18, 296
  %20 = icmp eq i32 %19, 296
  br i1 %20, label %21, label %39

21:                                               ; preds = %16
  %22 = tail call { i32, i32, i32, i32 } asm "  xchgq  %rbx,${1:q}\0A  cpuid\0A  xchgq  %rbx,${1:q}", "={ax},=r,={cx},={dx},0,~{dirflag},~{fpsr},~{flags}"(i32 -2147483648) #1, !srcloc !2
  %23 = extractvalue { i32, i32, i32, i32 } %22, 0
  %24 = icmp ult i32 %23, -2147483647
  br i1 %24, label %39, label %25

25:                                               ; preds = %21
  %26 = tail call { i32, i32, i32, i32 } asm "  xchgq  %rbx,${1:q}\0A  cpuid\0A  xchgq  %rbx,${1:q}", "={ax},=r,={cx},={dx},0,~{dirflag},~{fpsr},~{flags}"(i32 -2147483647) #1, !srcloc !3
  %27 = extractvalue { i32, i32, i32, i32 } %26, 2
  %28 = and i32 %27, 32
  %29 = icmp eq i32 %28, 0
  br i1 %29, label %39, label %30

30:                                               ; preds = %25
  %31 = and i32 %18, -805109760
  %32 = icmp eq i32 %31, -805109760
  br i1 %32, label %33, label %39

33:                                               ; preds = %30
  %34 = tail call { i32, i32 } asm sideeffect "xgetbv", "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}"(i32 0) #2, !srcloc !4
  %35 = extractvalue { i32, i32 } %34, 0
  %36 = and i32 %35, 230
  %37 = icmp eq i32 %36, 230
  %38 = select i1 %37, i32 4, i32 3
  br label %39

39:                                               ; preds = %21, %0, %25, %33, %30, %16, %4, %9
  %40 = phi i32 [ 1, %9 ], [ 1, %4 ], [ 1, %16 ], [ 1, %25 ], [ 3, %30 ], [ %38, %33 ], [ 1, %0 ], [ 1, %21 ]
  ret i32 %40
}

attributes #0 = { minsize nounwind optsize       }
attributes #1 = { nounwind memory(none) }
attributes #2 = { nounwind }


!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 8, !"PIC Level", i32 2}
!2 = !{i64 2147514094, i64 2147514130, i64 2147514154}
!3 = !{i64 2147514300, i64 2147514336, i64 2147514360}
!4 = !{i64 250}
!5 = !{i64 2147514510, i64 2147514546, i64 2147514570}
