
%struct.nnc_dim = type { i64, i64, i32, i32 }
%struct.nnc_constraint = type { ptr, i32, i32 }
%struct.nnc_code = type { ptr, ptr }
%struct.controls = type { i32, i32, float, double }
%struct.nnc_given = type { i32, i32 }
%struct.nnc_bound = type { ptr, ptr, i64, i32, i32 }
%struct.nnc_argument = type { i64, i64 }
%struct.nnc_tensor = type { ptr, ptr, ptr, i64, i64, i64, i64, double, double, i64, i32, i32, i32, i32 }
%struct.text = type { ptr, ptr }
%struct.reader = type { ptr, ptr }
%struct.nnc_found = type { i64, i64, i32, i32 }

@loaded_level = internal unnamed_addr global i32 0, align 4
@.str = private unnamed_addr constant [24 x i8] c"there is no such status\00", align 1
@.str.1 = private unnamed_addr constant [13 x i8] c"__metadata__\00", align 1
@.str.2 = private constant [9 x i8] c"\22\\/bfnrt\00", align 1
@encode.lead = internal unnamed_addr constant [5 x i8] c"\00\00\C0\E0\F0", align 1
@escaped.to = internal unnamed_addr constant [9 x i8] c"\22\\/\08\0C\0A\0D\09\00", align 1
@.str.3 = private unnamed_addr constant [6 x i8] c"dtype\00", align 1
@take_entry_field.names.rel = internal unnamed_addr constant [4 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr @.str.4 to i64), i64 ptrtoint (ptr @take_entry_field.names.rel to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr @.str.5 to i64), i64 ptrtoint (ptr @take_entry_field.names.rel to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr @.str.6 to i64), i64 ptrtoint (ptr @take_entry_field.names.rel to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr @.str.7 to i64), i64 ptrtoint (ptr @take_entry_field.names.rel to i64)) to i32)], align 4
@.str.4 = private unnamed_addr constant [4 x i8] c"F32\00", align 1
@.str.5 = private unnamed_addr constant [4 x i8] c"F64\00", align 1
@.str.6 = private unnamed_addr constant [4 x i8] c"I32\00", align 1
@.str.7 = private unnamed_addr constant [5 x i8] c"BOOL\00", align 1
@.str.8 = private unnamed_addr constant [6 x i8] c"shape\00", align 1
@.str.9 = private unnamed_addr constant [13 x i8] c"data_offsets\00", align 1
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @find_level, ptr null }]

; Function Attrs: minsize nounwind optsize
define internal void @find_level() #0 {
  %1 = tail call i32 @nnc_cpu_level() #25
  store i32 %1, ptr @loaded_level, align 4
  ret void
}

; Function Attrs: minsize optsize
declare i32 @nnc_cpu_level() local_unnamed_addr #1

; Function Attrs: minsize nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none)
define hidden noundef i32 @nnc_evaluate(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, ptr nocapture noundef writeonly %2) local_unnamed_addr #2 {
  %4 = alloca [64 x i64], align 16
  call void @llvm.lifetime.start.p0(i64 512, ptr nonnull %4) #26
  br label %5

5:                                                ; preds = %50, %3
  %6 = phi ptr [ %0, %3 ], [ %53, %50 ]
  %7 = phi i64 [ 0, %3 ], [ %51, %50 ]
  %8 = load i64, ptr %6, align 8
  switch i64 %8, label %21 [
    i64 0, label %54
    i64 1, label %9
    i64 2, label %14
  ]

9:                                                ; preds = %5
  %10 = getelementptr inbounds i8, ptr %6, i64 8
  %11 = load i64, ptr %10, align 8
  %12 = add nsw i64 %7, 1
  %13 = getelementptr inbounds [64 x i64], ptr %4, i64 0, i64 %7
  store i64 %11, ptr %13, align 8
  br label %50

14:                                               ; preds = %5
  %15 = getelementptr inbounds i8, ptr %6, i64 8
  %16 = load i64, ptr %15, align 8
  %17 = getelementptr inbounds i64, ptr %1, i64 %16
  %18 = load i64, ptr %17, align 8
  %19 = add nsw i64 %7, 1
  %20 = getelementptr inbounds [64 x i64], ptr %4, i64 0, i64 %7
  store i64 %18, ptr %20, align 8
  br label %50

21:                                               ; preds = %5
  %22 = add nsw i64 %7, -1
  %23 = add nsw i64 %7, -2
  %24 = getelementptr inbounds [64 x i64], ptr %4, i64 0, i64 %23
  %25 = load i64, ptr %24, align 8
  %26 = getelementptr inbounds [64 x i64], ptr %4, i64 0, i64 %22
  %27 = load i64, ptr %26, align 8
  switch i64 %8, label %32 [
    i64 3, label %28
    i64 4, label %30
  ]

28:                                               ; preds = %21
  %29 = tail call { i64, i1 } @llvm.sadd.with.overflow.i64(i64 %25, i64 %27)
  br label %46

30:                                               ; preds = %21
  %31 = tail call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %25, i64 %27)
  br label %46

32:                                               ; preds = %21
  %33 = icmp eq i64 %27, 0
  br i1 %33, label %56, label %34

34:                                               ; preds = %32
  %35 = icmp eq i64 %27, -1
  %36 = icmp eq i64 %25, -9223372036854775808
  %37 = and i1 %36, %35
  br i1 %37, label %56, label %38

38:                                               ; preds = %34
  %39 = sdiv i64 %25, %27
  %40 = srem i64 %25, %27
  %41 = icmp eq i64 %40, 0
  %42 = xor i64 %27, %25
  %43 = ashr i64 %42, 63
  %44 = select i1 %41, i64 0, i64 %43
  %45 = add i64 %44, %39
  store i64 %45, ptr %24, align 8
  br label %50

46:                                               ; preds = %30, %28
  %47 = phi { i64, i1 } [ %31, %30 ], [ %29, %28 ]
  %48 = extractvalue { i64, i1 } %47, 0
  store i64 %48, ptr %24, align 8
  %49 = extractvalue { i64, i1 } %47, 1
  br i1 %49, label %56, label %50

50:                                               ; preds = %9, %14, %38, %46
  %51 = phi i64 [ %22, %46 ], [ %22, %38 ], [ %19, %14 ], [ %12, %9 ]
  %52 = phi ptr [ %6, %46 ], [ %6, %38 ], [ %15, %14 ], [ %10, %9 ]
  %53 = getelementptr inbounds i8, ptr %52, i64 8
  br label %5, !llvm.loop !2

54:                                               ; preds = %5
  %55 = load i64, ptr %4, align 16
  store i64 %55, ptr %2, align 8
  br label %56

56:                                               ; preds = %32, %34, %46, %54
  %57 = phi i32 [ 1, %54 ], [ 0, %46 ], [ 0, %34 ], [ 0, %32 ]
  call void @llvm.lifetime.end.p0(i64 512, ptr nonnull %4) #26
  ret i32 %57
}

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(i64 immarg, ptr nocapture) #3

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(i64 immarg, ptr nocapture) #3

; Function Attrs: minsize nounwind optsize
define hidden i32 @nnc_workspace(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, ptr noundef %2, ptr nocapture noundef %3, ptr noundef writeonly %4) local_unnamed_addr #0 {
  %6 = icmp eq ptr %4, null
  br i1 %6, label %12, label %7

7:                                                ; preds = %5
  %8 = tail call fastcc i32 @check_sizes(ptr noundef %1, ptr noundef %2, ptr noundef %3) #27
  %9 = icmp eq i32 %8, 0
  br i1 %9, label %10, label %12

10:                                               ; preds = %7
  %11 = tail call fastcc i32 @find_workspace(ptr noundef %0, ptr noundef %1, ptr noundef %3, ptr noundef nonnull %4) #27
  br label %12

12:                                               ; preds = %10, %7, %5
  %13 = phi i32 [ 1, %5 ], [ %11, %10 ], [ %8, %7 ]
  ret i32 %13
}

; Function Attrs: minsize nofree norecurse nosync nounwind optsize memory(readwrite, inaccessiblemem: none)
define internal fastcc i32 @check_sizes(ptr nocapture noundef readonly %0, ptr noundef readonly %1, ptr nocapture noundef %2) unnamed_addr #4 {
  %4 = alloca i64, align 8
  %5 = icmp eq ptr %1, null
  br i1 %5, label %6, label %10

6:                                                ; preds = %3
  %7 = getelementptr inbounds i8, ptr %0, i64 56
  %8 = load i64, ptr %7, align 8
  %9 = icmp sgt i64 %8, 0
  br i1 %9, label %66, label %10

10:                                               ; preds = %6, %3
  %11 = getelementptr inbounds i8, ptr %0, i64 56
  %12 = getelementptr inbounds i8, ptr %0, i64 8
  br label %13

13:                                               ; preds = %35, %10
  %14 = phi i64 [ 0, %10 ], [ %37, %35 ]
  %15 = load i64, ptr %11, align 8
  %16 = icmp slt i64 %14, %15
  br i1 %16, label %22, label %17

17:                                               ; preds = %13
  %18 = getelementptr inbounds i8, ptr %0, i64 64
  %19 = load i64, ptr %18, align 8
  %20 = getelementptr inbounds i8, ptr %0, i64 16
  %21 = tail call i64 @llvm.smax.i64(i64 %19, i64 0)
  br label %41

22:                                               ; preds = %13
  %23 = load ptr, ptr %12, align 8
  %24 = getelementptr inbounds %struct.nnc_dim, ptr %23, i64 %14
  %25 = load i64, ptr %24, align 8
  %26 = getelementptr inbounds i64, ptr %1, i64 %25
  %27 = load i64, ptr %26, align 8
  %28 = getelementptr inbounds i64, ptr %2, i64 %14
  store i64 %27, ptr %28, align 8
  %29 = getelementptr inbounds i8, ptr %24, i64 8
  %30 = load i64, ptr %29, align 8
  %31 = icmp slt i64 %27, %30
  br i1 %31, label %32, label %35

32:                                               ; preds = %22
  %33 = getelementptr inbounds i8, ptr %24, i64 16
  %34 = load i32, ptr %33, align 8
  br label %66

35:                                               ; preds = %22
  %36 = icmp sgt i64 %27, 2147483647
  %37 = add nuw nsw i64 %14, 1
  br i1 %36, label %38, label %13, !llvm.loop !4

38:                                               ; preds = %35
  %39 = getelementptr inbounds i8, ptr %24, i64 20
  %40 = load i32, ptr %39, align 4
  br label %66

41:                                               ; preds = %17, %64
  %42 = phi i64 [ %65, %64 ], [ 0, %17 ]
  %43 = icmp eq i64 %42, %21
  br i1 %43, label %66, label %44

44:                                               ; preds = %41
  %45 = load ptr, ptr %20, align 8
  %46 = getelementptr inbounds %struct.nnc_constraint, ptr %45, i64 %42
  call void @llvm.lifetime.start.p0(i64 8, ptr nonnull %4) #26
  %47 = load ptr, ptr %46, align 8
  %48 = call i32 @nnc_evaluate(ptr noundef %47, ptr noundef %2, ptr noundef nonnull %4) #27
  %49 = icmp eq i32 %48, 0
  br i1 %49, label %62, label %50

50:                                               ; preds = %44
  %51 = getelementptr inbounds i8, ptr %46, i64 8
  %52 = load i32, ptr %51, align 8
  %53 = icmp eq i32 %52, 0
  %54 = load i64, ptr %4, align 8
  br i1 %53, label %57, label %55

55:                                               ; preds = %50
  %56 = icmp eq i64 %54, 0
  br i1 %56, label %64, label %59

57:                                               ; preds = %50
  %58 = icmp slt i64 %54, 0
  br i1 %58, label %59, label %64

59:                                               ; preds = %57, %55
  %60 = getelementptr inbounds i8, ptr %46, i64 12
  %61 = load i32, ptr %60, align 4
  br label %62

62:                                               ; preds = %44, %59
  %63 = phi i32 [ %61, %59 ], [ 8, %44 ]
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %4) #26
  br label %66

64:                                               ; preds = %57, %55
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %4) #26
  %65 = add nuw i64 %42, 1
  br label %41, !llvm.loop !5

66:                                               ; preds = %41, %62, %32, %38, %6
  %67 = phi i32 [ 1, %6 ], [ %40, %38 ], [ %34, %32 ], [ %63, %62 ], [ 0, %41 ]
  ret i32 %67
}

; Function Attrs: minsize nounwind optsize
define internal fastcc range(i32 0, 9) i32 @find_workspace(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, ptr nocapture noundef readonly %2, ptr nocapture noundef writeonly %3) unnamed_addr #0 {
  %5 = alloca i64, align 8
  %6 = tail call fastcc i64 @choose_level(ptr noundef %0) #27
  call void @llvm.lifetime.start.p0(i64 8, ptr nonnull %5) #26
  %7 = icmp slt i64 %6, 0
  br i1 %7, label %22, label %8

8:                                                ; preds = %4
  %9 = getelementptr inbounds i8, ptr %1, i64 40
  %10 = load ptr, ptr %9, align 8
  %11 = getelementptr inbounds %struct.nnc_code, ptr %10, i64 %6, i32 1
  %12 = load ptr, ptr %11, align 8
  %13 = call i32 @nnc_evaluate(ptr noundef %12, ptr noundef %2, ptr noundef nonnull %5) #27
  %14 = icmp eq i32 %13, 0
  %15 = load i64, ptr %5, align 8
  %16 = icmp ugt i64 %15, 9223372036854775743
  %17 = select i1 %14, i1 true, i1 %16
  br i1 %17, label %22, label %18

18:                                               ; preds = %8
  %19 = icmp eq i64 %15, 0
  %20 = add nuw nsw i64 %15, 63
  %21 = select i1 %19, i64 0, i64 %20
  store i64 %21, ptr %3, align 8
  br label %22

22:                                               ; preds = %8, %4, %18
  %23 = phi i32 [ 0, %18 ], [ 2, %4 ], [ 8, %8 ]
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %5) #26
  ret i32 %23
}

; Function Attrs: minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(argmem: read)
define hidden range(i32 0, 6) i32 @nnc_check_block(ptr nocapture noundef readonly %0, ptr noundef readonly %1) local_unnamed_addr #5 {
  %3 = icmp eq ptr %1, null
  br i1 %3, label %9, label %4

4:                                                ; preds = %2
  %5 = load i64, ptr %1, align 8
  %6 = load i64, ptr %0, align 8
  %7 = icmp eq i64 %5, %6
  %8 = select i1 %7, i32 0, i32 5
  br label %9

9:                                                ; preds = %2, %4
  %10 = phi i32 [ %8, %4 ], [ 1, %2 ]
  ret i32 %10
}

; Function Attrs: minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(argmem: read)
define hidden range(i32 0, 7) i32 @nnc_check_new(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, ptr noundef readnone %2, i64 noundef %3, i64 noundef %4) local_unnamed_addr #5 {
  %6 = icmp eq ptr %2, null
  br i1 %6, label %18, label %7

7:                                                ; preds = %5
  %8 = load i64, ptr %0, align 8
  %9 = xor i64 %8, %4
  %10 = icmp ult i64 %9, 281474976710656
  br i1 %10, label %11, label %18

11:                                               ; preds = %7
  %12 = icmp eq i64 %8, %4
  br i1 %12, label %13, label %18

13:                                               ; preds = %11
  %14 = getelementptr inbounds i8, ptr %1, i64 16
  %15 = load i64, ptr %14, align 8
  %16 = icmp eq i64 %15, %3
  %17 = select i1 %16, i32 0, i32 6
  br label %18

18:                                               ; preds = %11, %7, %5, %13
  %19 = phi i32 [ %17, %13 ], [ 1, %5 ], [ 3, %7 ], [ 4, %11 ]
  ret i32 %19
}

; Function Attrs: minsize nounwind optsize
define hidden i32 @nnc_call(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, ptr noundef %2, ptr nocapture noundef readonly %3) local_unnamed_addr #0 {
  %5 = alloca %struct.controls, align 8
  %6 = icmp eq ptr %2, null
  br i1 %6, label %19, label %7

7:                                                ; preds = %4
  %8 = load i64, ptr %2, align 8
  %9 = load i64, ptr %0, align 8
  %10 = icmp eq i64 %8, %9
  br i1 %10, label %11, label %19

11:                                               ; preds = %7
  call void @llvm.lifetime.start.p0(i64 24, ptr nonnull %5) #26
  %12 = getelementptr inbounds i8, ptr %3, i64 64
  %13 = load i64, ptr %12, align 8
  %14 = trunc i64 %13 to i32
  store i32 %14, ptr %5, align 8
  %15 = getelementptr inbounds i8, ptr %5, i64 4
  store i32 1, ptr %15, align 4
  %16 = getelementptr inbounds i8, ptr %5, i64 8
  store float 1.000000e+00, ptr %16, align 8
  %17 = getelementptr inbounds i8, ptr %5, i64 16
  store double 1.000000e+00, ptr %17, align 8
  %18 = call fastcc i32 @run(ptr noundef nonnull %0, ptr noundef %1, ptr noundef nonnull %2, ptr noundef null, ptr noundef %3, ptr noundef nonnull %5) #27
  call void @llvm.lifetime.end.p0(i64 24, ptr nonnull %5) #26
  br label %19

19:                                               ; preds = %4, %7, %11
  %20 = phi i32 [ %18, %11 ], [ 1, %4 ], [ 5, %7 ]
  ret i32 %20
}

; Function Attrs: minsize nounwind optsize
define internal fastcc i32 @run(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, ptr noundef %2, ptr noundef %3, ptr nocapture noundef readonly %4, ptr noundef %5) unnamed_addr #0 {
  %7 = alloca i64, align 8
  %8 = alloca i64, align 8
  %9 = alloca i64, align 8
  call void @llvm.lifetime.start.p0(i64 8, ptr nonnull %9) #26
  %10 = load ptr, ptr %4, align 8
  %11 = getelementptr inbounds i8, ptr %4, i64 16
  %12 = load ptr, ptr %11, align 8
  %13 = tail call fastcc i32 @check_sizes(ptr noundef %1, ptr noundef %10, ptr noundef %12) #27
  %14 = icmp eq i32 %13, 0
  br i1 %14, label %15, label %168

15:                                               ; preds = %6
  %16 = getelementptr inbounds i8, ptr %1, i64 72
  %17 = load i64, ptr %16, align 8
  %18 = getelementptr inbounds i8, ptr %4, i64 8
  %19 = getelementptr inbounds i8, ptr %1, i64 24
  %20 = tail call i64 @llvm.smax.i64(i64 %17, i64 0)
  br label %21

21:                                               ; preds = %42, %15
  %22 = phi i64 [ 0, %15 ], [ %43, %42 ]
  %23 = icmp eq i64 %22, %20
  br i1 %23, label %24, label %29

24:                                               ; preds = %21
  %25 = getelementptr inbounds i8, ptr %1, i64 80
  %26 = load i64, ptr %25, align 8
  %27 = getelementptr inbounds i8, ptr %1, i64 32
  %28 = tail call i64 @llvm.smax.i64(i64 %26, i64 0)
  br label %44

29:                                               ; preds = %21
  %30 = load ptr, ptr %18, align 8
  %31 = getelementptr inbounds ptr, ptr %30, i64 %22
  %32 = load ptr, ptr %31, align 8
  %33 = icmp eq ptr %32, null
  br i1 %33, label %34, label %42

34:                                               ; preds = %29
  %35 = load ptr, ptr %19, align 8
  %36 = getelementptr inbounds %struct.nnc_given, ptr %35, i64 %22
  %37 = load i32, ptr %36, align 4
  %38 = icmp eq i32 %37, 0
  br i1 %38, label %39, label %42

39:                                               ; preds = %34
  %40 = getelementptr inbounds %struct.nnc_given, ptr %35, i64 %22, i32 1
  %41 = load i32, ptr %40, align 4
  br label %90

42:                                               ; preds = %34, %29
  %43 = add nuw i64 %22, 1
  br label %21, !llvm.loop !6

44:                                               ; preds = %88, %24
  %45 = phi i64 [ %89, %88 ], [ 0, %24 ]
  %46 = icmp eq i64 %45, %28
  br i1 %46, label %93, label %47

47:                                               ; preds = %44
  %48 = load ptr, ptr %27, align 8
  %49 = getelementptr inbounds %struct.nnc_bound, ptr %48, i64 %45
  %50 = load ptr, ptr %18, align 8
  %51 = getelementptr inbounds i8, ptr %49, i64 24
  %52 = load i32, ptr %51, align 8
  %53 = sext i32 %52 to i64
  %54 = getelementptr inbounds ptr, ptr %50, i64 %53
  %55 = load ptr, ptr %54, align 8
  call void @llvm.lifetime.start.p0(i64 8, ptr nonnull %7) #26
  call void @llvm.lifetime.start.p0(i64 8, ptr nonnull %8) #26
  %56 = getelementptr inbounds i8, ptr %49, i64 8
  %57 = load ptr, ptr %56, align 8
  %58 = load ptr, ptr %11, align 8
  %59 = call i32 @nnc_evaluate(ptr noundef %57, ptr noundef %58, ptr noundef nonnull %7) #27
  %60 = icmp eq i32 %59, 0
  br i1 %60, label %86, label %61

61:                                               ; preds = %47
  %62 = load ptr, ptr %49, align 8
  %63 = call i32 @nnc_evaluate(ptr noundef %62, ptr noundef %58, ptr noundef nonnull %8) #27
  %64 = icmp eq i32 %63, 0
  br i1 %64, label %86, label %65

65:                                               ; preds = %61
  %66 = load i64, ptr %7, align 8
  %67 = getelementptr inbounds i8, ptr %49, i64 16
  %68 = load i64, ptr %8, align 8
  %69 = tail call i64 @llvm.smax.i64(i64 %66, i64 0)
  br label %70

70:                                               ; preds = %73, %65
  %71 = phi i64 [ %82, %73 ], [ 0, %65 ]
  %72 = icmp eq i64 %71, %69
  br i1 %72, label %88, label %73

73:                                               ; preds = %70
  %74 = getelementptr inbounds i32, ptr %55, i64 %71
  %75 = load i32, ptr %74, align 4
  %76 = sext i32 %75 to i64
  %77 = load i64, ptr %67, align 8
  %78 = add nsw i64 %77, %76
  %79 = icmp sgt i64 %78, -1
  %80 = icmp slt i64 %78, %68
  %81 = select i1 %79, i1 %80, i1 false
  %82 = add nuw i64 %71, 1
  br i1 %81, label %70, label %83, !llvm.loop !7

83:                                               ; preds = %73
  %84 = getelementptr inbounds i8, ptr %49, i64 28
  %85 = load i32, ptr %84, align 4
  br label %86

86:                                               ; preds = %61, %47, %83
  %87 = phi i32 [ %85, %83 ], [ 8, %47 ], [ 8, %61 ]
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %8) #26
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %7) #26
  br label %90

88:                                               ; preds = %70
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %8) #26
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %7) #26
  %89 = add nuw i64 %45, 1
  br label %44, !llvm.loop !8

90:                                               ; preds = %86, %39
  %91 = phi i32 [ %41, %39 ], [ %87, %86 ]
  %92 = icmp eq i32 %91, 0
  br i1 %92, label %93, label %168

93:                                               ; preds = %44, %90
  %94 = load ptr, ptr %11, align 8
  %95 = call fastcc i32 @find_workspace(ptr noundef %0, ptr noundef %1, ptr noundef %94, ptr noundef nonnull %9) #27
  %96 = icmp eq i32 %95, 0
  br i1 %96, label %97, label %168

97:                                               ; preds = %93
  %98 = load i64, ptr %9, align 8
  %99 = icmp eq i64 %98, 0
  br i1 %99, label %108, label %100

100:                                              ; preds = %97
  %101 = getelementptr inbounds i8, ptr %4, i64 40
  %102 = load ptr, ptr %101, align 8
  %103 = icmp eq ptr %102, null
  br i1 %103, label %168, label %104

104:                                              ; preds = %100
  %105 = getelementptr inbounds i8, ptr %4, i64 48
  %106 = load i64, ptr %105, align 8
  %107 = icmp ult i64 %106, %98
  br i1 %107, label %168, label %108

108:                                              ; preds = %104, %97
  %109 = getelementptr inbounds i8, ptr %1, i64 48
  %110 = getelementptr inbounds i8, ptr %0, i64 96
  %111 = getelementptr inbounds i8, ptr %5, i64 4
  %112 = getelementptr inbounds i8, ptr %4, i64 32
  %113 = getelementptr inbounds i8, ptr %4, i64 24
  br label %114

114:                                              ; preds = %163, %108
  %115 = phi i64 [ 0, %108 ], [ %167, %163 ]
  %116 = load i64, ptr %109, align 8
  %117 = icmp slt i64 %115, %116
  br i1 %117, label %135, label %118

118:                                              ; preds = %114
  %119 = getelementptr inbounds i8, ptr %4, i64 40
  %120 = load ptr, ptr %119, align 8
  %121 = ptrtoint ptr %120 to i64
  %122 = add i64 %121, 63
  %123 = and i64 %122, -64
  %124 = getelementptr inbounds i8, ptr %1, i64 40
  %125 = load ptr, ptr %124, align 8
  %126 = tail call fastcc i64 @choose_level(ptr noundef %0) #27
  %127 = getelementptr inbounds %struct.nnc_code, ptr %125, i64 %126
  %128 = load ptr, ptr %127, align 8
  %129 = load ptr, ptr %113, align 8
  %130 = load ptr, ptr %11, align 8
  %131 = inttoptr i64 %123 to ptr
  %132 = getelementptr inbounds i8, ptr %4, i64 56
  %133 = load ptr, ptr %132, align 8
  %134 = tail call i32 %128(ptr noundef %129, ptr noundef %130, ptr noundef %131, ptr noundef %133) #25
  br label %168

135:                                              ; preds = %114
  %136 = load ptr, ptr %1, align 8
  %137 = getelementptr inbounds %struct.nnc_argument, ptr %136, i64 %115
  %138 = load i64, ptr %137, align 8
  switch i64 %138, label %153 [
    i64 0, label %139
    i64 1, label %143
    i64 3, label %163
    i64 4, label %147
    i64 5, label %148
  ]

139:                                              ; preds = %135
  %140 = getelementptr inbounds i8, ptr %137, i64 8
  %141 = load i64, ptr %140, align 8
  %142 = getelementptr inbounds i8, ptr %2, i64 %141
  br label %163

143:                                              ; preds = %135
  %144 = getelementptr inbounds i8, ptr %137, i64 8
  %145 = load i64, ptr %144, align 8
  %146 = getelementptr inbounds i8, ptr %3, i64 %145
  br label %163

147:                                              ; preds = %135
  br label %163

148:                                              ; preds = %135
  %149 = load i64, ptr %110, align 8
  %150 = icmp eq i64 %149, 4
  %151 = select i1 %150, i64 8, i64 16
  %152 = getelementptr inbounds i8, ptr %5, i64 %151
  br label %163

153:                                              ; preds = %135
  %154 = load ptr, ptr %112, align 8
  %155 = getelementptr inbounds i64, ptr %154, i64 %115
  %156 = load ptr, ptr %18, align 8
  %157 = getelementptr inbounds i8, ptr %137, i64 8
  %158 = load i64, ptr %157, align 8
  %159 = getelementptr inbounds ptr, ptr %156, i64 %158
  %160 = load ptr, ptr %159, align 8
  %161 = icmp eq ptr %160, null
  %162 = select i1 %161, ptr %155, ptr %160
  br label %163

163:                                              ; preds = %135, %139, %143, %147, %148, %153
  %164 = phi ptr [ %162, %153 ], [ %152, %148 ], [ %111, %147 ], [ %146, %143 ], [ %142, %139 ], [ %5, %135 ]
  %165 = load ptr, ptr %113, align 8
  %166 = getelementptr inbounds ptr, ptr %165, i64 %115
  store ptr %164, ptr %166, align 8
  %167 = add nuw nsw i64 %115, 1
  br label %114, !llvm.loop !9

168:                                              ; preds = %6, %90, %100, %104, %93, %118
  %169 = phi i32 [ %134, %118 ], [ %95, %93 ], [ 7, %104 ], [ 7, %100 ], [ %91, %90 ], [ %13, %6 ]
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %9) #26
  ret i32 %169
}

; Function Attrs: minsize nounwind optsize
define hidden i32 @nnc_train(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, ptr noundef %2, ptr noundef %3, ptr nocapture noundef readonly %4) local_unnamed_addr #0 {
  %6 = alloca %struct.controls, align 8
  %7 = icmp eq ptr %2, null
  br i1 %7, label %37, label %8

8:                                                ; preds = %5
  %9 = load i64, ptr %2, align 8
  %10 = load i64, ptr %0, align 8
  %11 = icmp eq i64 %9, %10
  br i1 %11, label %12, label %37

12:                                               ; preds = %8
  %13 = icmp eq ptr %3, null
  br i1 %13, label %37, label %14

14:                                               ; preds = %12
  %15 = load i64, ptr %3, align 8
  %16 = icmp eq i64 %15, %9
  br i1 %16, label %17, label %37

17:                                               ; preds = %14
  %18 = getelementptr inbounds i8, ptr %3, i64 8
  %19 = load i64, ptr %18, align 8
  %20 = icmp slt i64 %19, 2147483647
  %21 = zext i1 %20 to i64
  %22 = add nsw i64 %19, %21
  call void @llvm.lifetime.start.p0(i64 24, ptr nonnull %6) #26
  %23 = getelementptr inbounds i8, ptr %3, i64 16
  %24 = load i64, ptr %23, align 8
  %25 = trunc i64 %24 to i32
  store i32 %25, ptr %6, align 8
  %26 = getelementptr inbounds i8, ptr %6, i64 4
  %27 = trunc i64 %22 to i32
  store i32 %27, ptr %26, align 4
  %28 = getelementptr inbounds i8, ptr %6, i64 8
  %29 = getelementptr inbounds i8, ptr %3, i64 24
  %30 = load double, ptr %29, align 8
  %31 = fptrunc double %30 to float
  store float %31, ptr %28, align 8
  %32 = getelementptr inbounds i8, ptr %6, i64 16
  store double %30, ptr %32, align 8
  %33 = call fastcc i32 @run(ptr noundef nonnull %0, ptr noundef %1, ptr noundef nonnull %2, ptr noundef nonnull %3, ptr noundef %4, ptr noundef nonnull %6) #27
  %34 = icmp eq i32 %33, 0
  br i1 %34, label %35, label %36

35:                                               ; preds = %17
  store i64 %22, ptr %18, align 8
  br label %36

36:                                               ; preds = %35, %17
  call void @llvm.lifetime.end.p0(i64 24, ptr nonnull %6) #26
  br label %37

37:                                               ; preds = %5, %8, %12, %14, %36
  %38 = phi i32 [ %33, %36 ], [ 1, %12 ], [ 5, %14 ], [ 1, %5 ], [ 5, %8 ]
  ret i32 %38
}

; Function Attrs: minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(read, inaccessiblemem: none)
define hidden ptr @nnc_message(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, i64 noundef %2, i32 noundef %3) local_unnamed_addr #6 {
  %5 = sext i32 %3 to i64
  %6 = add nsw i64 %5, -256
  %7 = icmp sgt i32 %3, 255
  br i1 %7, label %8, label %16

8:                                                ; preds = %4
  %9 = getelementptr inbounds i8, ptr %0, i64 112
  %10 = load i64, ptr %9, align 8
  %11 = icmp slt i64 %6, %10
  br i1 %11, label %12, label %16

12:                                               ; preds = %8
  %13 = getelementptr inbounds i8, ptr %0, i64 104
  %14 = load ptr, ptr %13, align 8
  %15 = getelementptr inbounds ptr, ptr %14, i64 %6
  br label %22

16:                                               ; preds = %8, %4
  %17 = icmp sgt i32 %3, -1
  %18 = icmp slt i64 %5, %2
  %19 = and i1 %17, %18
  br i1 %19, label %20, label %25

20:                                               ; preds = %16
  %21 = getelementptr inbounds ptr, ptr %1, i64 %5
  br label %22

22:                                               ; preds = %12, %20
  %23 = phi ptr [ %21, %20 ], [ %15, %12 ]
  %24 = load ptr, ptr %23, align 8
  br label %25

25:                                               ; preds = %22, %16
  %26 = phi ptr [ @.str, %16 ], [ %24, %22 ]
  ret ptr %26
}

; Function Attrs: minsize nounwind optsize
define hidden range(i32 0, 8) i32 @nnc_init(ptr nocapture noundef readonly %0, ptr noundef writeonly %1, i64 noundef %2, i64 noundef %3, i64 noundef %4, ptr noundef %5, i64 noundef %6) local_unnamed_addr #0 {
  %8 = getelementptr inbounds i8, ptr %0, i64 24
  %9 = icmp eq ptr %1, null
  br i1 %9, label %34, label %10

10:                                               ; preds = %7
  %11 = load i64, ptr %0, align 8
  %12 = xor i64 %11, %3
  %13 = icmp ult i64 %12, 281474976710656
  br i1 %13, label %14, label %34

14:                                               ; preds = %10
  %15 = icmp eq i64 %11, %3
  br i1 %15, label %16, label %34

16:                                               ; preds = %14
  %17 = getelementptr inbounds i8, ptr %0, i64 40
  %18 = load i64, ptr %17, align 8
  %19 = icmp eq i64 %18, %2
  br i1 %19, label %20, label %34

20:                                               ; preds = %16
  %21 = ptrtoint ptr %5 to i64
  %22 = add i64 %21, 63
  %23 = and i64 %22, -64
  %24 = getelementptr inbounds i8, ptr %0, i64 88
  %25 = load i64, ptr %24, align 8
  %26 = icmp sgt i64 %25, 0
  br i1 %26, label %27, label %31

27:                                               ; preds = %20
  %28 = icmp eq ptr %5, null
  %29 = icmp ugt i64 %25, %6
  %30 = or i1 %28, %29
  br i1 %30, label %34, label %31

31:                                               ; preds = %27, %20
  %32 = inttoptr i64 %23 to ptr
  tail call fastcc void @fill(ptr noundef nonnull %8, ptr noundef nonnull %1, i64 noundef %4, ptr noundef %32) #27
  %33 = load i64, ptr %0, align 8
  store i64 %33, ptr %1, align 8
  br label %34

34:                                               ; preds = %14, %10, %7, %16, %31, %27
  %35 = phi i32 [ 0, %31 ], [ 7, %27 ], [ 4, %14 ], [ 3, %10 ], [ 1, %7 ], [ 6, %16 ]
  ret i32 %35
}

; Function Attrs: minsize nounwind optsize
define internal fastcc void @fill(ptr nocapture noundef readonly %0, ptr nocapture noundef writeonly %1, i64 noundef %2, ptr nocapture noundef %3) unnamed_addr #0 {
  %5 = getelementptr inbounds i8, ptr %0, i64 16
  %6 = load i64, ptr %5, align 8
  tail call void @llvm.memset.p0.i64(ptr align 1 %1, i8 0, i64 %6, i1 false)
  %7 = getelementptr inbounds i8, ptr %0, i64 8
  br label %8

8:                                                ; preds = %146, %4
  %9 = phi i64 [ 0, %4 ], [ %147, %146 ]
  %10 = load i64, ptr %7, align 8
  %11 = icmp slt i64 %9, %10
  br i1 %11, label %13, label %12

12:                                               ; preds = %8
  ret void

13:                                               ; preds = %8
  %14 = load ptr, ptr %0, align 8
  %15 = getelementptr inbounds %struct.nnc_tensor, ptr %14, i64 %9
  %16 = getelementptr inbounds i8, ptr %15, i64 48
  %17 = load i64, ptr %16, align 8
  %18 = getelementptr inbounds i8, ptr %1, i64 %17
  %19 = getelementptr inbounds i8, ptr %15, i64 84
  %20 = load i32, ptr %19, align 4
  %21 = icmp eq i32 %20, 4
  %22 = getelementptr inbounds i8, ptr %15, i64 32
  br i1 %21, label %31, label %23

23:                                               ; preds = %13
  %24 = getelementptr inbounds i8, ptr %15, i64 80
  %25 = getelementptr inbounds i8, ptr %15, i64 24
  %26 = getelementptr inbounds i8, ptr %15, i64 8
  %27 = getelementptr inbounds i8, ptr %15, i64 56
  %28 = getelementptr inbounds i8, ptr %15, i64 64
  %29 = getelementptr inbounds i8, ptr %15, i64 72
  %30 = getelementptr inbounds i8, ptr %15, i64 16
  br label %90

31:                                               ; preds = %13
  %32 = load i64, ptr %22, align 8
  %33 = icmp sgt i64 %32, 0
  br i1 %33, label %34, label %146

34:                                               ; preds = %31
  %35 = getelementptr inbounds i8, ptr %15, i64 24
  %36 = load i64, ptr %35, align 8
  %37 = icmp eq i64 %36, 0
  br i1 %37, label %42, label %38

38:                                               ; preds = %34
  %39 = getelementptr inbounds i8, ptr %15, i64 8
  %40 = load ptr, ptr %39, align 8
  %41 = load i64, ptr %40, align 8
  br label %42

42:                                               ; preds = %38, %34
  %43 = phi i64 [ %41, %38 ], [ 1, %34 ]
  %44 = sdiv i64 %32, %43
  %45 = tail call i64 @llvm.smin.i64(i64 %43, i64 %44)
  %46 = tail call i64 @llvm.smax.i64(i64 %43, i64 %44)
  %47 = getelementptr inbounds i8, ptr %15, i64 72
  %48 = tail call i64 @llvm.smax.i64(i64 %46, i64 0)
  %49 = tail call i64 @llvm.smax.i64(i64 %45, i64 0)
  br label %50

50:                                               ; preds = %63, %42
  %51 = phi i64 [ 0, %42 ], [ %64, %63 ]
  %52 = icmp eq i64 %51, %49
  br i1 %52, label %53, label %57

53:                                               ; preds = %50
  %54 = getelementptr inbounds i8, ptr %15, i64 80
  %55 = getelementptr inbounds i8, ptr %15, i64 56
  %56 = icmp sgt i64 %43, %44
  br label %71

57:                                               ; preds = %50
  %58 = mul nsw i64 %51, %46
  %59 = getelementptr inbounds double, ptr %3, i64 %58
  br label %60

60:                                               ; preds = %65, %57
  %61 = phi i64 [ 0, %57 ], [ %70, %65 ]
  %62 = icmp eq i64 %61, %48
  br i1 %62, label %63, label %65

63:                                               ; preds = %60
  tail call fastcc void @orthogonalize(ptr noundef %59, ptr noundef %3, i64 noundef %51, i64 noundef %46) #27
  tail call fastcc void @orthogonalize(ptr noundef %59, ptr noundef %3, i64 noundef %51, i64 noundef %46) #27
  %64 = add nuw i64 %51, 1
  br label %50, !llvm.loop !10

65:                                               ; preds = %60
  %66 = load i64, ptr %47, align 8
  %67 = add nsw i64 %61, %58
  %68 = tail call fastcc double @normal(i64 noundef %2, i64 noundef %66, i64 noundef %67) #27
  %69 = getelementptr inbounds double, ptr %59, i64 %61
  store double %68, ptr %69, align 8
  %70 = add nuw i64 %61, 1
  br label %60, !llvm.loop !11

71:                                               ; preds = %75, %53
  %72 = phi i64 [ %89, %75 ], [ 0, %53 ]
  %73 = load i64, ptr %22, align 8
  %74 = icmp slt i64 %72, %73
  br i1 %74, label %75, label %146

75:                                               ; preds = %71
  %76 = sdiv i64 %72, %44
  %77 = srem i64 %72, %44
  %78 = load i32, ptr %54, align 8
  %79 = load double, ptr %55, align 8
  %80 = mul nsw i64 %76, %46
  %81 = getelementptr double, ptr %3, i64 %80
  %82 = getelementptr double, ptr %81, i64 %77
  %83 = mul nsw i64 %77, %46
  %84 = getelementptr double, ptr %3, i64 %83
  %85 = getelementptr double, ptr %84, i64 %76
  %86 = select i1 %56, ptr %85, ptr %82
  %87 = load double, ptr %86, align 8
  %88 = fmul double %79, %87
  tail call fastcc void @put(ptr noundef %18, i32 noundef %78, i64 noundef %72, double noundef %88) #27
  %89 = add nuw nsw i64 %72, 1
  br label %71, !llvm.loop !12

90:                                               ; preds = %23, %143
  %91 = phi i64 [ %145, %143 ], [ 0, %23 ]
  %92 = load i64, ptr %22, align 8
  %93 = icmp slt i64 %91, %92
  br i1 %93, label %94, label %146

94:                                               ; preds = %90
  %95 = load i32, ptr %24, align 8
  %96 = load i64, ptr %25, align 8
  %97 = icmp eq i64 %96, 0
  br i1 %97, label %103, label %98

98:                                               ; preds = %94
  %99 = load ptr, ptr %26, align 8
  %100 = getelementptr i64, ptr %99, i64 %96
  %101 = getelementptr i8, ptr %100, i64 -8
  %102 = load i64, ptr %101, align 8
  br label %103

103:                                              ; preds = %98, %94
  %104 = phi i64 [ %102, %98 ], [ 1, %94 ]
  %105 = load i32, ptr %19, align 4
  switch i32 %105, label %141 [
    i32 1, label %106
    i32 2, label %110
    i32 3, label %128
    i32 5, label %135
  ]

106:                                              ; preds = %103
  %107 = load ptr, ptr %30, align 8
  %108 = getelementptr inbounds double, ptr %107, i64 %91
  %109 = load double, ptr %108, align 8
  br label %143

110:                                              ; preds = %103
  %111 = load i64, ptr %29, align 8
  %112 = tail call fastcc double @uniform(i64 noundef %2, i64 noundef %111, i64 noundef %91) #27
  %113 = load double, ptr %27, align 8
  %114 = load double, ptr %28, align 8
  %115 = fsub double %114, %113
  %116 = fmul double %112, %115
  %117 = fadd double %113, %116
  %118 = fptrunc double %114 to float
  %119 = icmp eq i32 %95, 0
  %120 = fptrunc double %117 to float
  %121 = fcmp oge float %120, %118
  %122 = select i1 %119, i1 %121, i1 false
  %123 = fcmp ogt double %114, %113
  %124 = select i1 %122, i1 %123, i1 false
  br i1 %124, label %125, label %143

125:                                              ; preds = %110
  %126 = tail call float @nextafterf(float noundef %118, float noundef 0xFFF0000000000000) #25
  %127 = fpext float %126 to double
  br label %143

128:                                              ; preds = %103
  %129 = load double, ptr %27, align 8
  %130 = load double, ptr %28, align 8
  %131 = load i64, ptr %29, align 8
  %132 = tail call fastcc double @normal(i64 noundef %2, i64 noundef %131, i64 noundef %91) #27
  %133 = fmul double %130, %132
  %134 = fadd double %129, %133
  br label %143

135:                                              ; preds = %103
  %136 = sdiv i64 %91, %104
  %137 = srem i64 %91, %104
  %138 = icmp eq i64 %136, %137
  br i1 %138, label %139, label %143

139:                                              ; preds = %135
  %140 = load double, ptr %27, align 8
  br label %143

141:                                              ; preds = %103
  %142 = load double, ptr %27, align 8
  br label %143

143:                                              ; preds = %106, %110, %125, %128, %135, %139, %141
  %144 = phi double [ %142, %141 ], [ %134, %128 ], [ %109, %106 ], [ %140, %139 ], [ 0.000000e+00, %135 ], [ %127, %125 ], [ %117, %110 ]
  tail call fastcc void @put(ptr noundef %18, i32 noundef %95, i64 noundef %91, double noundef %144) #27
  %145 = add nuw nsw i64 %91, 1
  br label %90, !llvm.loop !13

146:                                              ; preds = %90, %71, %31
  %147 = add nuw nsw i64 %9, 1
  br label %8, !llvm.loop !14
}

; Function Attrs: minsize nounwind optsize
define hidden range(i32 0, 7) i32 @nnc_init_optimizer(ptr nocapture noundef readonly %0, ptr noundef writeonly %1, i64 noundef %2, i64 noundef %3, i64 noundef %4) local_unnamed_addr #0 {
  %6 = getelementptr inbounds i8, ptr %0, i64 48
  %7 = icmp eq ptr %1, null
  br i1 %7, label %22, label %8

8:                                                ; preds = %5
  %9 = load i64, ptr %0, align 8
  %10 = xor i64 %9, %3
  %11 = icmp ult i64 %10, 281474976710656
  br i1 %11, label %12, label %22

12:                                               ; preds = %8
  %13 = icmp eq i64 %9, %3
  br i1 %13, label %14, label %22

14:                                               ; preds = %12
  %15 = getelementptr inbounds i8, ptr %0, i64 64
  %16 = load i64, ptr %15, align 8
  %17 = icmp eq i64 %16, %2
  br i1 %17, label %18, label %22

18:                                               ; preds = %14
  tail call fastcc void @fill(ptr noundef nonnull %6, ptr noundef nonnull %1, i64 noundef %4, ptr noundef null) #27
  %19 = load i64, ptr %0, align 8
  store i64 %19, ptr %1, align 8
  %20 = getelementptr inbounds i8, ptr %1, i64 16
  store i64 %4, ptr %20, align 8
  %21 = getelementptr inbounds i8, ptr %1, i64 24
  store double 1.000000e+00, ptr %21, align 8
  br label %22

22:                                               ; preds = %12, %8, %5, %14, %18
  %23 = phi i32 [ 0, %18 ], [ 4, %12 ], [ 3, %8 ], [ 1, %5 ], [ 6, %14 ]
  ret i32 %23
}

; Function Attrs: minsize nofree nounwind optsize memory(readwrite, inaccessiblemem: none)
define hidden i32 @nnc_load(ptr nocapture noundef readonly %0, ptr noundef writeonly %1, i64 noundef %2, i64 noundef %3, ptr noundef %4, i64 noundef %5, ptr nocapture noundef %6) local_unnamed_addr #7 {
  %8 = alloca %struct.text, align 8
  %9 = alloca i64, align 8
  %10 = alloca %struct.text, align 8
  %11 = alloca %struct.text, align 8
  %12 = alloca %struct.text, align 8
  %13 = alloca %struct.text, align 8
  %14 = alloca %struct.reader, align 8
  %15 = getelementptr inbounds i8, ptr %0, i64 24
  %16 = icmp eq ptr %1, null
  br i1 %16, label %28, label %17

17:                                               ; preds = %7
  %18 = load i64, ptr %0, align 8
  %19 = xor i64 %18, %3
  %20 = icmp ult i64 %19, 281474976710656
  br i1 %20, label %21, label %28

21:                                               ; preds = %17
  %22 = icmp eq i64 %18, %3
  br i1 %22, label %23, label %28

23:                                               ; preds = %21
  %24 = getelementptr inbounds i8, ptr %0, i64 40
  %25 = load i64, ptr %24, align 8
  %26 = icmp eq i64 %25, %2
  %27 = select i1 %26, i32 0, i32 6
  br label %28

28:                                               ; preds = %7, %17, %21, %23
  %29 = phi i32 [ %27, %23 ], [ 1, %7 ], [ 3, %17 ], [ 4, %21 ]
  %30 = icmp eq i32 %29, 0
  %31 = icmp eq ptr %4, null
  %32 = and i1 %31, %30
  %33 = select i1 %32, i32 1, i32 %29
  %34 = icmp eq i32 %33, 0
  br i1 %34, label %35, label %342

35:                                               ; preds = %28
  %36 = icmp ult i64 %5, 8
  br i1 %36, label %342, label %37

37:                                               ; preds = %35, %43
  %38 = phi i64 [ %49, %43 ], [ 0, %35 ]
  %39 = phi i32 [ %50, %43 ], [ 7, %35 ]
  %40 = icmp sgt i32 %39, -1
  br i1 %40, label %43, label %41

41:                                               ; preds = %37
  %42 = icmp ugt i64 %38, 100000000
  br i1 %42, label %342, label %51

43:                                               ; preds = %37
  %44 = shl i64 %38, 8
  %45 = zext nneg i32 %39 to i64
  %46 = getelementptr inbounds i8, ptr %4, i64 %45
  %47 = load i8, ptr %46, align 1
  %48 = zext i8 %47 to i64
  %49 = or disjoint i64 %44, %48
  %50 = add nsw i32 %39, -1
  br label %37, !llvm.loop !15

51:                                               ; preds = %41
  %52 = add i64 %5, -8
  %53 = icmp ugt i64 %38, %52
  br i1 %53, label %342, label %54

54:                                               ; preds = %51
  call void @llvm.lifetime.start.p0(i64 16, ptr nonnull %14) #26
  %55 = getelementptr inbounds i8, ptr %14, i64 8
  %56 = getelementptr inbounds i8, ptr %4, i64 %38
  %57 = getelementptr inbounds i8, ptr %56, i64 8
  store ptr %57, ptr %55, align 8
  %58 = icmp eq i64 %38, 0
  br i1 %58, label %340, label %59

59:                                               ; preds = %54
  %60 = getelementptr inbounds i8, ptr %4, i64 8
  %61 = load i8, ptr %60, align 1
  %62 = icmp eq i8 %61, 123
  br i1 %62, label %63, label %340

63:                                               ; preds = %59
  %64 = getelementptr inbounds i8, ptr %4, i64 9
  store ptr %64, ptr %14, align 8
  %65 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 125) #27
  %66 = icmp eq i32 %65, 0
  br i1 %66, label %67, label %280

67:                                               ; preds = %63
  %68 = getelementptr inbounds i8, ptr %13, i64 8
  %69 = getelementptr inbounds i8, ptr %0, i64 32
  %70 = getelementptr inbounds i8, ptr %10, i64 8
  %71 = getelementptr inbounds i8, ptr %8, i64 8
  br label %72

72:                                               ; preds = %273, %67
  %73 = phi i32 [ %274, %273 ], [ 0, %67 ]
  call void @llvm.lifetime.start.p0(i64 16, ptr nonnull %13) #26
  %74 = call fastcc i32 @take_text(ptr noundef nonnull %14, ptr noundef nonnull %13) #27
  %75 = icmp eq i32 %74, 0
  br i1 %75, label %263, label %76

76:                                               ; preds = %72
  %77 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 58) #27
  %78 = icmp eq i32 %77, 0
  br i1 %78, label %263, label %79

79:                                               ; preds = %76
  %80 = load ptr, ptr %13, align 8
  %81 = load ptr, ptr %68, align 8
  %82 = tail call fastcc i32 @is_text(ptr %80, ptr %81, ptr noundef nonnull @.str.1) #27
  %83 = icmp eq i32 %82, 0
  br i1 %83, label %84, label %87

84:                                               ; preds = %79
  %85 = load i64, ptr %69, align 8
  %86 = tail call i64 @llvm.smax.i64(i64 %85, i64 0)
  br label %113

87:                                               ; preds = %79
  %88 = icmp eq i32 %73, 0
  br i1 %88, label %89, label %263

89:                                               ; preds = %87
  call void @llvm.lifetime.start.p0(i64 16, ptr nonnull %11) #26
  call void @llvm.lifetime.start.p0(i64 16, ptr nonnull %12) #26
  %90 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 123) #27
  %91 = icmp eq i32 %90, 0
  br i1 %91, label %108, label %92

92:                                               ; preds = %89
  %93 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 125) #27
  %94 = icmp eq i32 %93, 0
  br i1 %94, label %96, label %95

95:                                               ; preds = %92
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %12) #26
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %11) #26
  br label %265

96:                                               ; preds = %92, %105
  %97 = call fastcc i32 @take_text(ptr noundef nonnull %14, ptr noundef nonnull %11) #27
  %98 = icmp eq i32 %97, 0
  br i1 %98, label %108, label %99

99:                                               ; preds = %96
  %100 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 58) #27
  %101 = icmp eq i32 %100, 0
  br i1 %101, label %108, label %102

102:                                              ; preds = %99
  %103 = call fastcc i32 @take_text(ptr noundef nonnull %14, ptr noundef nonnull %12) #27
  %104 = icmp eq i32 %103, 0
  br i1 %104, label %108, label %105

105:                                              ; preds = %102
  %106 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 44) #27
  %107 = icmp eq i32 %106, 0
  br i1 %107, label %109, label %96, !llvm.loop !16

108:                                              ; preds = %89, %102, %99, %96
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %12) #26
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %11) #26
  br label %263

109:                                              ; preds = %105
  %110 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 125) #27
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %12) #26
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %11) #26
  %111 = freeze i32 %110
  %112 = icmp eq i32 %111, 0
  br i1 %112, label %263, label %265

113:                                              ; preds = %261, %84
  %114 = phi i64 [ %262, %261 ], [ 0, %84 ]
  %115 = icmp eq i64 %114, %86
  br i1 %115, label %263, label %116

116:                                              ; preds = %113
  %117 = load ptr, ptr %15, align 8
  %118 = getelementptr inbounds %struct.nnc_tensor, ptr %117, i64 %114
  %119 = load ptr, ptr %118, align 8
  %120 = tail call fastcc i32 @is_text(ptr %80, ptr %81, ptr noundef %119) #27
  %121 = icmp eq i32 %120, 0
  br i1 %121, label %261, label %122

122:                                              ; preds = %116
  %123 = getelementptr inbounds %struct.nnc_found, ptr %6, i64 %114
  %124 = getelementptr inbounds i8, ptr %123, i64 16
  %125 = load i32, ptr %124, align 8
  %126 = icmp eq i32 %125, 0
  br i1 %126, label %127, label %263

127:                                              ; preds = %122
  %128 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 123) #27
  %129 = icmp eq i32 %128, 0
  br i1 %129, label %263, label %130

130:                                              ; preds = %127
  %131 = getelementptr inbounds i8, ptr %118, i64 80
  %132 = getelementptr inbounds i8, ptr %118, i64 24
  %133 = getelementptr inbounds i8, ptr %118, i64 8
  %134 = getelementptr inbounds i8, ptr %123, i64 8
  br label %135

135:                                              ; preds = %246, %130
  %136 = phi i32 [ %242, %246 ], [ 0, %130 ]
  %137 = phi i32 [ %243, %246 ], [ 0, %130 ]
  call void @llvm.lifetime.start.p0(i64 16, ptr nonnull %10) #26
  %138 = call fastcc i32 @take_text(ptr noundef nonnull %14, ptr noundef nonnull %10) #27
  %139 = icmp eq i32 %138, 0
  br i1 %139, label %249, label %140

140:                                              ; preds = %135
  %141 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 58) #27
  %142 = icmp eq i32 %141, 0
  br i1 %142, label %249, label %143

143:                                              ; preds = %140
  %144 = load ptr, ptr %10, align 8
  %145 = load ptr, ptr %70, align 8
  %146 = tail call fastcc i32 @is_text(ptr readonly %144, ptr readnone %145, ptr noundef nonnull @.str.3) #27
  %147 = icmp eq i32 %146, 0
  br i1 %147, label %170, label %148

148:                                              ; preds = %143
  call void @llvm.lifetime.start.p0(i64 16, ptr nonnull %8) #26
  %149 = and i32 %136, 1
  %150 = icmp eq i32 %149, 0
  br i1 %150, label %151, label %166

151:                                              ; preds = %148
  %152 = call fastcc i32 @take_text(ptr noundef nonnull %14, ptr noundef nonnull %8) #27
  %153 = icmp eq i32 %152, 0
  br i1 %153, label %166, label %154

154:                                              ; preds = %151
  %155 = or disjoint i32 %136, 1
  %156 = load i32, ptr %131, align 8
  %157 = sext i32 %156 to i64
  %158 = shl i64 %157, 2
  %159 = call ptr @llvm.load.relative.i64(ptr @take_entry_field.names.rel, i64 %158)
  %160 = load ptr, ptr %8, align 8
  %161 = load ptr, ptr %71, align 8
  %162 = tail call fastcc i32 @is_text(ptr %160, ptr %161, ptr noundef %159) #27
  %163 = icmp eq i32 %162, 0
  %164 = select i1 %163, i32 2, i32 0
  %165 = or i32 %164, %137
  br label %166

166:                                              ; preds = %154, %151, %148
  %167 = phi i32 [ %136, %151 ], [ %155, %154 ], [ %136, %148 ]
  %168 = phi i32 [ %137, %151 ], [ %165, %154 ], [ %137, %148 ]
  %169 = phi i32 [ 0, %151 ], [ 1, %154 ], [ 0, %148 ]
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %8) #26
  br label %241

170:                                              ; preds = %143
  %171 = tail call fastcc i32 @is_text(ptr readonly %144, ptr readnone %145, ptr noundef nonnull @.str.8) #27
  %172 = icmp eq i32 %171, 0
  br i1 %172, label %220, label %173

173:                                              ; preds = %170
  %174 = and i32 %136, 2
  %175 = icmp eq i32 %174, 0
  br i1 %175, label %176, label %249

176:                                              ; preds = %173
  %177 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 91) #27
  %178 = icmp eq i32 %177, 0
  br i1 %178, label %249, label %179

179:                                              ; preds = %176
  %180 = or disjoint i32 %136, 2
  call void @llvm.lifetime.start.p0(i64 8, ptr nonnull %9) #26
  %181 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 93) #27
  %182 = icmp eq i32 %181, 0
  br i1 %182, label %185, label %183

183:                                              ; preds = %179
  %184 = load i64, ptr %132, align 8
  br label %210

185:                                              ; preds = %179, %199
  %186 = phi i32 [ %203, %199 ], [ %137, %179 ]
  %187 = phi i64 [ %204, %199 ], [ 0, %179 ]
  %188 = call fastcc i32 @take_count(ptr noundef nonnull %14, ptr noundef nonnull %9) #27
  %189 = icmp eq i32 %188, 0
  br i1 %189, label %217, label %190

190:                                              ; preds = %185
  %191 = load i64, ptr %132, align 8
  %192 = icmp slt i64 %187, %191
  br i1 %192, label %193, label %199

193:                                              ; preds = %190
  %194 = load ptr, ptr %133, align 8
  %195 = getelementptr inbounds i64, ptr %194, i64 %187
  %196 = load i64, ptr %195, align 8
  %197 = load i64, ptr %9, align 8
  %198 = icmp eq i64 %196, %197
  br label %199

199:                                              ; preds = %193, %190
  %200 = phi i1 [ false, %190 ], [ %198, %193 ]
  %201 = xor i1 %200, true
  %202 = zext i1 %201 to i32
  %203 = or i32 %186, %202
  %204 = add nuw nsw i64 %187, 1
  %205 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 44) #27
  %206 = icmp eq i32 %205, 0
  br i1 %206, label %207, label %185, !llvm.loop !17

207:                                              ; preds = %199
  %208 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 93) #27
  %209 = icmp eq i32 %208, 0
  br i1 %209, label %217, label %210

210:                                              ; preds = %207, %183
  %211 = phi i64 [ %191, %207 ], [ %184, %183 ]
  %212 = phi i32 [ %203, %207 ], [ %137, %183 ]
  %213 = phi i64 [ %204, %207 ], [ 0, %183 ]
  %214 = icmp ne i64 %213, %211
  %215 = zext i1 %214 to i32
  %216 = or i32 %212, %215
  br label %217

217:                                              ; preds = %185, %210, %207
  %218 = phi i32 [ %203, %207 ], [ %216, %210 ], [ %186, %185 ]
  %219 = phi i32 [ 0, %207 ], [ 1, %210 ], [ 0, %185 ]
  call void @llvm.lifetime.end.p0(i64 8, ptr nonnull %9) #26
  br label %241

220:                                              ; preds = %170
  %221 = tail call fastcc i32 @is_text(ptr readonly %144, ptr readnone %145, ptr noundef nonnull @.str.9) #27
  %222 = icmp ne i32 %221, 0
  %223 = and i32 %136, 4
  %224 = icmp eq i32 %223, 0
  %225 = select i1 %222, i1 %224, i1 false
  br i1 %225, label %226, label %249

226:                                              ; preds = %220
  %227 = or disjoint i32 %136, 4
  %228 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 91) #27
  %229 = icmp eq i32 %228, 0
  br i1 %229, label %249, label %230

230:                                              ; preds = %226
  %231 = call fastcc i32 @take_count(ptr noundef nonnull %14, ptr noundef %123) #27
  %232 = icmp eq i32 %231, 0
  br i1 %232, label %249, label %233

233:                                              ; preds = %230
  %234 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 44) #27
  %235 = icmp eq i32 %234, 0
  br i1 %235, label %249, label %236

236:                                              ; preds = %233
  %237 = call fastcc i32 @take_count(ptr noundef nonnull %14, ptr noundef nonnull %134) #27
  %238 = icmp eq i32 %237, 0
  br i1 %238, label %249, label %239

239:                                              ; preds = %236
  %240 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 93) #27
  br label %241

241:                                              ; preds = %239, %217, %166
  %242 = phi i32 [ %227, %239 ], [ %180, %217 ], [ %167, %166 ]
  %243 = phi i32 [ %137, %239 ], [ %218, %217 ], [ %168, %166 ]
  %244 = phi i32 [ %240, %239 ], [ %219, %217 ], [ %169, %166 ]
  %245 = icmp eq i32 %244, 0
  br i1 %245, label %249, label %246

246:                                              ; preds = %241
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %10) #26
  %247 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 44) #27
  %248 = icmp eq i32 %247, 0
  br i1 %248, label %250, label %135, !llvm.loop !18

249:                                              ; preds = %241, %236, %233, %230, %226, %220, %176, %173, %140, %135
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %10) #26
  br label %263

250:                                              ; preds = %246
  %251 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 125) #27
  %252 = icmp eq i32 %251, 0
  %253 = icmp ne i32 %242, 7
  %254 = select i1 %252, i1 true, i1 %253
  br i1 %254, label %263, label %255

255:                                              ; preds = %250
  store i32 1, ptr %124, align 8
  %256 = and i32 %243, 1
  %257 = icmp eq i32 %256, 0
  br i1 %257, label %258, label %267

258:                                              ; preds = %255
  %259 = and i32 %243, 2
  %260 = icmp eq i32 %259, 0
  br i1 %260, label %265, label %267

261:                                              ; preds = %116
  %262 = add nuw i64 %114, 1
  br label %113, !llvm.loop !19

263:                                              ; preds = %250, %127, %122, %109, %87, %76, %72, %113, %249, %108
  %264 = phi i32 [ 11, %249 ], [ 11, %108 ], [ 12, %113 ], [ 11, %72 ], [ 11, %76 ], [ 11, %87 ], [ 11, %109 ], [ 11, %122 ], [ 11, %127 ], [ 11, %250 ]
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %13) #26
  br label %340

265:                                              ; preds = %258, %109, %95
  %266 = phi i32 [ 1, %95 ], [ 1, %109 ], [ %73, %258 ]
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %13) #26
  br label %273

267:                                              ; preds = %258, %255
  %268 = phi i32 [ 1, %255 ], [ 2, %258 ]
  %269 = getelementptr inbounds i8, ptr %118, i64 88
  %270 = load i32, ptr %269, align 8
  %271 = add nsw i32 %270, %268
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %13) #26
  %272 = icmp eq i32 %271, 0
  br i1 %272, label %273, label %340

273:                                              ; preds = %267, %265
  %274 = phi i32 [ %266, %265 ], [ %73, %267 ]
  %275 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 44) #27
  %276 = icmp eq i32 %275, 0
  br i1 %276, label %277, label %72, !llvm.loop !20

277:                                              ; preds = %273
  %278 = call fastcc i32 @take(ptr noundef nonnull %14, i8 noundef zeroext 125) #27
  %279 = icmp eq i32 %278, 0
  br i1 %279, label %340, label %280

280:                                              ; preds = %277, %63
  call fastcc void @skip_space(ptr noundef nonnull %14) #27
  %281 = load ptr, ptr %14, align 8
  %282 = load ptr, ptr %55, align 8
  %283 = icmp eq ptr %281, %282
  br i1 %283, label %284, label %340

284:                                              ; preds = %280
  %285 = sub i64 %52, %38
  %286 = getelementptr inbounds i8, ptr %0, i64 32
  %287 = load i64, ptr %286, align 8
  %288 = tail call i64 @llvm.smax.i64(i64 %287, i64 0)
  br label %289

289:                                              ; preds = %330, %284
  %290 = phi i64 [ 0, %284 ], [ %316, %330 ]
  %291 = phi i64 [ 0, %284 ], [ %331, %330 ]
  %292 = icmp eq i64 %291, %288
  br i1 %292, label %332, label %293

293:                                              ; preds = %289
  %294 = getelementptr inbounds %struct.nnc_found, ptr %6, i64 %291
  %295 = getelementptr inbounds i8, ptr %294, i64 16
  %296 = load i32, ptr %295, align 8
  %297 = icmp eq i32 %296, 0
  br i1 %297, label %298, label %302

298:                                              ; preds = %293
  %299 = load ptr, ptr %15, align 8
  %300 = getelementptr inbounds %struct.nnc_tensor, ptr %299, i64 %291, i32 12
  %301 = load i32, ptr %300, align 8
  br label %332

302:                                              ; preds = %293
  %303 = getelementptr inbounds i8, ptr %294, i64 8
  %304 = load i64, ptr %303, align 8
  %305 = load i64, ptr %294, align 8
  %306 = icmp slt i64 %304, %305
  br i1 %306, label %332, label %307

307:                                              ; preds = %302
  %308 = sub nsw i64 %304, %305
  %309 = load ptr, ptr %15, align 8
  %310 = getelementptr inbounds %struct.nnc_tensor, ptr %309, i64 %291, i32 5
  %311 = load i64, ptr %310, align 8
  %312 = icmp eq i64 %308, %311
  br i1 %312, label %313, label %332

313:                                              ; preds = %307
  %314 = icmp sgt i64 %304, %285
  br i1 %314, label %332, label %315

315:                                              ; preds = %313
  %316 = add nsw i64 %308, %290
  br label %317

317:                                              ; preds = %328, %315
  %318 = phi i64 [ 0, %315 ], [ %329, %328 ]
  %319 = icmp eq i64 %318, %291
  br i1 %319, label %330, label %320

320:                                              ; preds = %317
  %321 = getelementptr inbounds %struct.nnc_found, ptr %6, i64 %318
  %322 = load i64, ptr %321, align 8
  %323 = icmp slt i64 %322, %304
  br i1 %323, label %324, label %328

324:                                              ; preds = %320
  %325 = getelementptr inbounds i8, ptr %321, i64 8
  %326 = load i64, ptr %325, align 8
  %327 = icmp slt i64 %305, %326
  br i1 %327, label %332, label %328

328:                                              ; preds = %324, %320
  %329 = add nuw i64 %318, 1
  br label %317, !llvm.loop !21

330:                                              ; preds = %317
  %331 = add nuw i64 %291, 1
  br label %289, !llvm.loop !22

332:                                              ; preds = %313, %307, %302, %289, %324, %298
  %333 = phi i64 [ %291, %298 ], [ %291, %324 ], [ %291, %313 ], [ %291, %307 ], [ %291, %302 ], [ %288, %289 ]
  %334 = phi i32 [ %301, %298 ], [ 11, %324 ], [ 9, %313 ], [ 11, %307 ], [ 11, %302 ], [ 11, %289 ]
  %335 = phi i64 [ %290, %298 ], [ %316, %324 ], [ %290, %289 ], [ %290, %302 ], [ %290, %307 ], [ %290, %313 ]
  %336 = icmp slt i64 %333, %287
  %337 = icmp eq i64 %335, %285
  %338 = select i1 %337, i32 0, i32 10
  %339 = select i1 %336, i32 %334, i32 %338
  br label %340

340:                                              ; preds = %267, %332, %280, %277, %263, %59, %54
  %341 = phi i32 [ %339, %332 ], [ %264, %263 ], [ 11, %277 ], [ 11, %54 ], [ 11, %59 ], [ 11, %280 ], [ %271, %267 ]
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %14) #26
  br label %342

342:                                              ; preds = %340, %51, %41, %35, %28
  %343 = phi ptr [ undef, %28 ], [ undef, %35 ], [ undef, %41 ], [ undef, %51 ], [ %57, %340 ]
  %344 = phi i32 [ %33, %28 ], [ 9, %35 ], [ 11, %41 ], [ 9, %51 ], [ %341, %340 ]
  %345 = getelementptr inbounds i8, ptr %0, i64 32
  %346 = load i64, ptr %345, align 8
  br label %347

347:                                              ; preds = %391, %342
  %348 = phi i32 [ %344, %342 ], [ %392, %391 ]
  %349 = phi i64 [ 0, %342 ], [ %393, %391 ]
  %350 = icmp slt i64 %349, %346
  %351 = icmp eq i32 %348, 0
  %352 = select i1 %350, i1 %351, i1 false
  br i1 %352, label %354, label %353

353:                                              ; preds = %347
  br i1 %351, label %394, label %415

354:                                              ; preds = %347
  %355 = load ptr, ptr %15, align 8
  %356 = getelementptr inbounds %struct.nnc_tensor, ptr %355, i64 %349
  %357 = getelementptr inbounds %struct.nnc_found, ptr %6, i64 %349
  %358 = load i64, ptr %357, align 8
  %359 = getelementptr inbounds i8, ptr %343, i64 %358
  %360 = getelementptr inbounds i8, ptr %356, i64 32
  %361 = load i64, ptr %360, align 8
  %362 = getelementptr inbounds i8, ptr %356, i64 80
  %363 = tail call i64 @llvm.smax.i64(i64 %361, i64 0)
  br label %364

364:                                              ; preds = %385, %354
  %365 = phi i64 [ 0, %354 ], [ %386, %385 ]
  %366 = icmp eq i64 %365, %363
  br i1 %366, label %391, label %367

367:                                              ; preds = %364
  %368 = load i32, ptr %362, align 8
  switch i32 %368, label %391 [
    i32 0, label %369
    i32 1, label %375
    i32 3, label %381
  ]

369:                                              ; preds = %367
  %370 = shl nsw i64 %365, 2
  %371 = getelementptr inbounds i8, ptr %359, i64 %370
  %372 = load i32, ptr %371, align 1
  %373 = and i32 %372, 2139095040
  %374 = icmp eq i32 %373, 2139095040
  br i1 %374, label %387, label %385

375:                                              ; preds = %367
  %376 = shl nsw i64 %365, 3
  %377 = getelementptr inbounds i8, ptr %359, i64 %376
  %378 = load i64, ptr %377, align 1
  %379 = and i64 %378, 9218868437227405312
  %380 = icmp eq i64 %379, 9218868437227405312
  br i1 %380, label %387, label %385

381:                                              ; preds = %367
  %382 = getelementptr inbounds i8, ptr %359, i64 %365
  %383 = load i8, ptr %382, align 1
  %384 = icmp ugt i8 %383, 1
  br i1 %384, label %391, label %385

385:                                              ; preds = %381, %375, %369
  %386 = add nuw i64 %365, 1
  br label %364, !llvm.loop !23

387:                                              ; preds = %375, %369
  %388 = getelementptr inbounds i8, ptr %356, i64 88
  %389 = load i32, ptr %388, align 8
  %390 = add nsw i32 %389, 3
  br label %391

391:                                              ; preds = %364, %367, %381, %387
  %392 = phi i32 [ %390, %387 ], [ 0, %364 ], [ 11, %381 ], [ 0, %367 ]
  %393 = add nuw nsw i64 %349, 1
  br label %347, !llvm.loop !24

394:                                              ; preds = %353
  %395 = getelementptr inbounds i8, ptr %0, i64 40
  %396 = load i64, ptr %395, align 8
  tail call void @llvm.memset.p0.i64(ptr align 1 %1, i8 0, i64 %396, i1 false)
  br label %397

397:                                              ; preds = %403, %394
  %398 = phi i64 [ 0, %394 ], [ %414, %403 ]
  %399 = load i64, ptr %345, align 8
  %400 = icmp slt i64 %398, %399
  br i1 %400, label %403, label %401

401:                                              ; preds = %397
  %402 = load i64, ptr %0, align 8
  store i64 %402, ptr %1, align 8
  br label %415

403:                                              ; preds = %397
  %404 = load ptr, ptr %15, align 8
  %405 = getelementptr inbounds %struct.nnc_tensor, ptr %404, i64 %398
  %406 = getelementptr inbounds i8, ptr %405, i64 48
  %407 = load i64, ptr %406, align 8
  %408 = getelementptr inbounds i8, ptr %1, i64 %407
  %409 = getelementptr inbounds %struct.nnc_found, ptr %6, i64 %398
  %410 = load i64, ptr %409, align 8
  %411 = getelementptr inbounds i8, ptr %343, i64 %410
  %412 = getelementptr inbounds i8, ptr %405, i64 40
  %413 = load i64, ptr %412, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %408, ptr align 1 %411, i64 %413, i1 false)
  %414 = add nuw nsw i64 %398, 1
  br label %397, !llvm.loop !25

415:                                              ; preds = %353, %401
  %416 = phi i32 [ 0, %401 ], [ %348, %353 ]
  ret i32 %416
}

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i64(ptr nocapture writeonly, i8, i64, i1 immarg) #8

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i64(ptr noalias nocapture writeonly, ptr noalias nocapture readonly, i64, i1 immarg) #9

; Function Attrs: minsize nofree norecurse nosync nounwind optsize memory(readwrite, inaccessiblemem: none)
define hidden range(i32 0, 14) i32 @nnc_save(ptr nocapture noundef readonly %0, ptr noundef readonly %1, ptr noundef writeonly %2, i64 noundef %3) local_unnamed_addr #4 {
  %5 = getelementptr inbounds i8, ptr %0, i64 24
  %6 = icmp eq ptr %1, null
  br i1 %6, label %57, label %7

7:                                                ; preds = %4
  %8 = load i64, ptr %1, align 8
  %9 = load i64, ptr %0, align 8
  %10 = icmp ne i64 %8, %9
  %11 = freeze i1 %10
  %12 = icmp eq ptr %2, null
  %13 = or i1 %12, %11
  br i1 %13, label %14, label %16

14:                                               ; preds = %7
  %15 = select i1 %11, i32 5, i32 1
  br label %57

16:                                               ; preds = %7
  %17 = getelementptr inbounds i8, ptr %0, i64 80
  %18 = load i64, ptr %17, align 8
  %19 = getelementptr inbounds i8, ptr %0, i64 32
  %20 = load i64, ptr %19, align 8
  %21 = tail call i64 @llvm.smax.i64(i64 %20, i64 0)
  br label %22

22:                                               ; preds = %28, %16
  %23 = phi i64 [ %18, %16 ], [ %32, %28 ]
  %24 = phi i64 [ 0, %16 ], [ %33, %28 ]
  %25 = icmp eq i64 %24, %21
  br i1 %25, label %26, label %28

26:                                               ; preds = %22
  %27 = icmp ugt i64 %23, %3
  br i1 %27, label %57, label %34

28:                                               ; preds = %22
  %29 = load ptr, ptr %5, align 8
  %30 = getelementptr inbounds %struct.nnc_tensor, ptr %29, i64 %24, i32 5
  %31 = load i64, ptr %30, align 8
  %32 = add i64 %31, %23
  %33 = add nuw i64 %24, 1
  br label %22, !llvm.loop !26

34:                                               ; preds = %26
  %35 = getelementptr inbounds i8, ptr %0, i64 72
  %36 = load ptr, ptr %35, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %2, ptr align 1 %36, i64 %18, i1 false)
  %37 = load i64, ptr %17, align 8
  %38 = getelementptr inbounds i8, ptr %2, i64 %37
  br label %39

39:                                               ; preds = %44, %34
  %40 = phi ptr [ %38, %34 ], [ %55, %44 ]
  %41 = phi i64 [ 0, %34 ], [ %56, %44 ]
  %42 = load i64, ptr %19, align 8
  %43 = icmp slt i64 %41, %42
  br i1 %43, label %44, label %57

44:                                               ; preds = %39
  %45 = load ptr, ptr %5, align 8
  %46 = getelementptr inbounds %struct.nnc_tensor, ptr %45, i64 %41
  %47 = getelementptr inbounds i8, ptr %46, i64 48
  %48 = load i64, ptr %47, align 8
  %49 = getelementptr inbounds i8, ptr %1, i64 %48
  %50 = getelementptr inbounds i8, ptr %46, i64 40
  %51 = load i64, ptr %50, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %40, ptr nonnull align 1 %49, i64 %51, i1 false)
  %52 = load ptr, ptr %5, align 8
  %53 = getelementptr inbounds %struct.nnc_tensor, ptr %52, i64 %41, i32 5
  %54 = load i64, ptr %53, align 8
  %55 = getelementptr inbounds i8, ptr %40, i64 %54
  %56 = add nuw nsw i64 %41, 1
  br label %39, !llvm.loop !27

57:                                               ; preds = %39, %14, %4, %26
  %58 = phi i32 [ 13, %26 ], [ 1, %4 ], [ %15, %14 ], [ 0, %39 ]
  ret i32 %58
}

; Function Attrs: mustprogress nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare { i64, i1 } @llvm.sadd.with.overflow.i64(i64, i64) #10

; Function Attrs: mustprogress nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64) #10

; Function Attrs: minsize nounwind optsize
define internal fastcc i64 @choose_level(ptr nocapture noundef readonly %0) unnamed_addr #0 {
  %2 = load i32, ptr @loaded_level, align 4
  %3 = icmp eq i32 %2, 0
  br i1 %3, label %4, label %6

4:                                                ; preds = %1
  %5 = tail call i32 @nnc_cpu_level() #25
  br label %6

6:                                                ; preds = %1, %4
  %7 = phi i32 [ %5, %4 ], [ %2, %1 ]
  %8 = getelementptr inbounds i8, ptr %0, i64 8
  %9 = getelementptr inbounds i8, ptr %0, i64 16
  %10 = load i64, ptr %9, align 8
  %11 = tail call i64 @llvm.smax.i64(i64 %10, i64 0)
  br label %12

12:                                               ; preds = %20, %6
  %13 = phi i64 [ 0, %6 ], [ %21, %20 ]
  %14 = icmp eq i64 %13, %11
  br i1 %14, label %22, label %15

15:                                               ; preds = %12
  %16 = load ptr, ptr %8, align 8
  %17 = getelementptr inbounds i32, ptr %16, i64 %13
  %18 = load i32, ptr %17, align 4
  %19 = icmp sgt i32 %18, %7
  br i1 %19, label %20, label %22

20:                                               ; preds = %15
  %21 = add nuw i64 %13, 1
  br label %12, !llvm.loop !28

22:                                               ; preds = %15, %12
  %23 = phi i64 [ %13, %15 ], [ -1, %12 ]
  ret i64 %23
}

; Function Attrs: minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(argmem: write)
define internal fastcc void @put(ptr nocapture noundef writeonly %0, i32 noundef %1, i64 noundef %2, double noundef %3) unnamed_addr #11 {
  switch i32 %1, label %13 [
    i32 0, label %5
    i32 1, label %8
    i32 2, label %10
  ]

5:                                                ; preds = %4
  %6 = fptrunc double %3 to float
  %7 = getelementptr inbounds float, ptr %0, i64 %2
  store float %6, ptr %7, align 4
  br label %17

8:                                                ; preds = %4
  %9 = getelementptr inbounds double, ptr %0, i64 %2
  store double %3, ptr %9, align 8
  br label %17

10:                                               ; preds = %4
  %11 = fptosi double %3 to i32
  %12 = getelementptr inbounds i32, ptr %0, i64 %2
  store i32 %11, ptr %12, align 4
  br label %17

13:                                               ; preds = %4
  %14 = fcmp une double %3, 0.000000e+00
  %15 = zext i1 %14 to i8
  %16 = getelementptr inbounds i8, ptr %0, i64 %2
  store i8 %15, ptr %16, align 1
  br label %17

17:                                               ; preds = %13, %10, %8, %5
  ret void
}

; Function Attrs: minsize nofree nounwind optsize memory(write)
define internal fastcc double @normal(i64 noundef %0, i64 noundef %1, i64 noundef %2) unnamed_addr #12 {
  %4 = and i64 %2, -2
  %5 = tail call fastcc double @uniform(i64 noundef %0, i64 noundef %1, i64 noundef %4) #27
  %6 = fsub double 1.000000e+00, %5
  %7 = tail call double @log(double noundef %6) #25
  %8 = fmul double %7, -2.000000e+00
  %9 = tail call double @sqrt(double noundef %8) #25
  %10 = or i64 %2, 1
  %11 = tail call fastcc double @uniform(i64 noundef %0, i64 noundef %1, i64 noundef %10) #27
  %12 = fmul double %11, 0x401921FB54442D18
  %13 = and i64 %2, 1
  %14 = icmp eq i64 %13, 0
  br i1 %14, label %15, label %17

15:                                               ; preds = %3
  %16 = tail call double @cos(double noundef %12) #25
  br label %19

17:                                               ; preds = %3
  %18 = tail call double @sin(double noundef %12) #25
  br label %19

19:                                               ; preds = %17, %15
  %20 = phi double [ %16, %15 ], [ %18, %17 ]
  %21 = fmul double %9, %20
  ret double %21
}

; Function Attrs: minsize nofree nounwind optsize memory(write, argmem: readwrite)
define internal fastcc void @orthogonalize(ptr nocapture noundef %0, ptr nocapture noundef readonly %1, i64 noundef %2, i64 noundef %3) unnamed_addr #13 {
  %5 = tail call i64 @llvm.smax.i64(i64 %3, i64 0)
  %6 = tail call i64 @llvm.smax.i64(i64 %2, i64 0)
  br label %7

7:                                                ; preds = %20, %4
  %8 = phi i64 [ 0, %4 ], [ %21, %20 ]
  %9 = icmp eq i64 %8, %6
  br i1 %9, label %10, label %13

10:                                               ; preds = %7
  %11 = tail call fastcc double @dot(ptr noundef %0, ptr noundef %0, i64 noundef %3) #27
  %12 = tail call double @sqrt(double noundef %11) #25
  br label %30

13:                                               ; preds = %7
  %14 = mul nsw i64 %8, %3
  %15 = getelementptr inbounds double, ptr %1, i64 %14
  %16 = tail call fastcc double @dot(ptr noundef %0, ptr noundef %15, i64 noundef %3) #27
  br label %17

17:                                               ; preds = %22, %13
  %18 = phi i64 [ 0, %13 ], [ %29, %22 ]
  %19 = icmp eq i64 %18, %5
  br i1 %19, label %20, label %22

20:                                               ; preds = %17
  %21 = add nuw i64 %8, 1
  br label %7, !llvm.loop !29

22:                                               ; preds = %17
  %23 = getelementptr double, ptr %15, i64 %18
  %24 = load double, ptr %23, align 8
  %25 = fmul double %16, %24
  %26 = getelementptr inbounds double, ptr %0, i64 %18
  %27 = load double, ptr %26, align 8
  %28 = fsub double %27, %25
  store double %28, ptr %26, align 8
  %29 = add nuw i64 %18, 1
  br label %17, !llvm.loop !30

30:                                               ; preds = %34, %10
  %31 = phi i64 [ 0, %10 ], [ %38, %34 ]
  %32 = icmp eq i64 %31, %5
  br i1 %32, label %33, label %34

33:                                               ; preds = %30
  ret void

34:                                               ; preds = %30
  %35 = getelementptr inbounds double, ptr %0, i64 %31
  %36 = load double, ptr %35, align 8
  %37 = fdiv double %36, %12
  store double %37, ptr %35, align 8
  %38 = add nuw i64 %31, 1
  br label %30, !llvm.loop !31
}

; Function Attrs: minsize mustprogress nofree nounwind optsize willreturn memory(write)
declare double @sqrt(double noundef) local_unnamed_addr #14

; Function Attrs: minsize mustprogress nofree nounwind optsize willreturn memory(write)
declare double @log(double noundef) local_unnamed_addr #14

; Function Attrs: minsize nofree norecurse nosync nounwind optsize memory(none)
define internal fastcc double @uniform(i64 noundef %0, i64 noundef %1, i64 noundef %2) unnamed_addr #15 {
  %4 = lshr i64 %2, 1
  %5 = trunc i64 %4 to i32
  %6 = trunc i64 %1 to i32
  %7 = lshr i64 %1, 32
  %8 = trunc i64 %0 to i32
  %9 = lshr i64 %0, 32
  %10 = trunc nuw i64 %9 to i32
  br label %11

11:                                               ; preds = %20, %3
  %12 = phi i32 [ %6, %3 ], [ %33, %20 ]
  %13 = phi i64 [ %7, %3 ], [ %22, %20 ]
  %14 = phi i32 [ %8, %3 ], [ %34, %20 ]
  %15 = phi i32 [ %10, %3 ], [ %35, %20 ]
  %16 = phi i32 [ 0, %3 ], [ %36, %20 ]
  %17 = phi i32 [ 1, %3 ], [ %29, %20 ]
  %18 = phi i32 [ %5, %3 ], [ %28, %20 ]
  %19 = icmp eq i32 %16, 10
  br i1 %19, label %37, label %20

20:                                               ; preds = %11
  %21 = zext i32 %18 to i64
  %22 = mul nuw i64 %21, 3528531795
  %23 = zext i32 %12 to i64
  %24 = mul nuw i64 %23, 3449720151
  %25 = lshr i64 %24, 32
  %26 = trunc nuw i64 %25 to i32
  %27 = xor i32 %14, %26
  %28 = xor i32 %27, %17
  %29 = trunc i64 %24 to i32
  %30 = lshr i64 %22, 32
  %31 = xor i64 %30, %13
  %32 = trunc i64 %31 to i32
  %33 = xor i32 %15, %32
  %34 = add i32 %14, -1640531527
  %35 = add i32 %15, -1150833019
  %36 = add nuw nsw i32 %16, 1
  br label %11, !llvm.loop !32

37:                                               ; preds = %11
  %38 = and i64 %2, 1
  %39 = icmp eq i64 %38, 0
  %40 = zext i32 %18 to i64
  %41 = zext i32 %17 to i64
  %42 = shl nuw i64 %41, 32
  %43 = or disjoint i64 %42, %40
  %44 = zext i32 %12 to i64
  %45 = shl i64 %13, 32
  %46 = or disjoint i64 %45, %44
  %47 = select i1 %39, i64 %43, i64 %46
  %48 = lshr i64 %47, 11
  %49 = uitofp nneg i64 %48 to double
  %50 = fmul double %49, 0x3CA0000000000000
  ret double %50
}

; Function Attrs: minsize mustprogress nofree nounwind optsize willreturn memory(write)
declare double @cos(double noundef) local_unnamed_addr #14

; Function Attrs: minsize mustprogress nofree nounwind optsize willreturn memory(write)
declare double @sin(double noundef) local_unnamed_addr #14

; Function Attrs: minsize nofree norecurse nosync nounwind optsize memory(argmem: read)
define internal fastcc double @dot(ptr nocapture noundef readonly %0, ptr nocapture noundef readonly %1, i64 noundef %2) unnamed_addr #16 {
  %4 = tail call i64 @llvm.smax.i64(i64 %2, i64 0)
  br label %5

5:                                                ; preds = %10, %3
  %6 = phi double [ 0.000000e+00, %3 ], [ %16, %10 ]
  %7 = phi i64 [ 0, %3 ], [ %17, %10 ]
  %8 = icmp eq i64 %7, %4
  br i1 %8, label %9, label %10

9:                                                ; preds = %5
  ret double %6

10:                                               ; preds = %5
  %11 = getelementptr inbounds double, ptr %0, i64 %7
  %12 = load double, ptr %11, align 8
  %13 = getelementptr inbounds double, ptr %1, i64 %7
  %14 = load double, ptr %13, align 8
  %15 = fmul double %12, %14
  %16 = fadd double %6, %15
  %17 = add nuw i64 %7, 1
  br label %5, !llvm.loop !33
}

; Function Attrs: minsize nounwind optsize
declare float @nextafterf(float noundef, float noundef) local_unnamed_addr #17

; Function Attrs: minsize nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none)
define internal fastcc range(i32 0, 2) i32 @take(ptr nocapture noundef %0, i8 noundef zeroext %1) unnamed_addr #2 {
  tail call fastcc void @skip_space(ptr noundef %0) #27
  %3 = load ptr, ptr %0, align 8
  %4 = getelementptr inbounds i8, ptr %0, i64 8
  %5 = load ptr, ptr %4, align 8
  %6 = icmp ult ptr %3, %5
  br i1 %6, label %7, label %12

7:                                                ; preds = %2
  %8 = load i8, ptr %3, align 1
  %9 = icmp eq i8 %8, %1
  br i1 %9, label %10, label %12

10:                                               ; preds = %7
  %11 = getelementptr inbounds i8, ptr %3, i64 1
  store ptr %11, ptr %0, align 8
  br label %12

12:                                               ; preds = %2, %7, %10
  %13 = phi i32 [ 1, %10 ], [ 0, %7 ], [ 0, %2 ]
  ret i32 %13
}

; Function Attrs: minsize nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none)
define internal fastcc void @skip_space(ptr nocapture noundef %0) unnamed_addr #2 {
  %2 = getelementptr inbounds i8, ptr %0, i64 8
  %3 = load ptr, ptr %2, align 8
  %4 = load ptr, ptr %0, align 8
  br label %5

5:                                                ; preds = %10, %1
  %6 = phi ptr [ %11, %10 ], [ %4, %1 ]
  %7 = icmp ult ptr %6, %3
  br i1 %7, label %8, label %12

8:                                                ; preds = %5
  %9 = load i8, ptr %6, align 1
  switch i8 %9, label %12 [
    i8 32, label %10
    i8 9, label %10
    i8 10, label %10
    i8 13, label %10
  ]

10:                                               ; preds = %8, %8, %8, %8
  %11 = getelementptr inbounds i8, ptr %6, i64 1
  store ptr %11, ptr %0, align 8
  br label %5, !llvm.loop !34

12:                                               ; preds = %8, %5
  ret void
}

; Function Attrs: minsize nofree nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none)
define internal fastcc i32 @take_text(ptr nocapture noundef %0, ptr nocapture noundef writeonly %1) unnamed_addr #18 {
  %3 = tail call fastcc i32 @take(ptr noundef %0, i8 noundef zeroext 34) #27
  %4 = icmp eq i32 %3, 0
  br i1 %4, label %96, label %5

5:                                                ; preds = %2
  %6 = load ptr, ptr %0, align 8
  store ptr %6, ptr %1, align 8
  %7 = getelementptr inbounds i8, ptr %0, i64 8
  %8 = load ptr, ptr %7, align 8
  %9 = ptrtoint ptr %8 to i64
  br label %10

10:                                               ; preds = %90, %5
  %11 = phi ptr [ %92, %90 ], [ %6, %5 ]
  %12 = icmp ult ptr %11, %8
  br i1 %12, label %13, label %93

13:                                               ; preds = %10
  %14 = load i8, ptr %11, align 1
  switch i8 %14, label %40 [
    i8 34, label %93
    i8 92, label %15
  ]

15:                                               ; preds = %13
  %16 = tail call fastcc i32 @is_escape(ptr noundef nonnull readonly %11, ptr noundef nonnull readonly %8) #27
  %17 = icmp eq i32 %16, 0
  br i1 %17, label %96, label %18

18:                                               ; preds = %15
  %19 = getelementptr inbounds i8, ptr %11, i64 1
  %20 = load i8, ptr %19, align 1
  %21 = icmp eq i8 %20, 117
  br i1 %21, label %22, label %90

22:                                               ; preds = %18
  %23 = tail call fastcc i32 @unit(ptr noundef nonnull readonly %11) #27
  %24 = add i32 %23, -57344
  %25 = icmp ult i32 %24, -2048
  br i1 %25, label %90, label %26

26:                                               ; preds = %22
  %27 = icmp ult i32 %23, 56320
  br i1 %27, label %28, label %96

28:                                               ; preds = %26
  %29 = getelementptr inbounds i8, ptr %11, i64 6
  %30 = tail call fastcc i32 @is_escape(ptr noundef nonnull readonly %29, ptr noundef nonnull readonly %8) #27
  %31 = icmp eq i32 %30, 0
  br i1 %31, label %96, label %32

32:                                               ; preds = %28
  %33 = getelementptr inbounds i8, ptr %11, i64 7
  %34 = load i8, ptr %33, align 1
  %35 = icmp eq i8 %34, 117
  br i1 %35, label %36, label %96

36:                                               ; preds = %32
  %37 = tail call fastcc i32 @unit(ptr noundef nonnull readonly %29) #27
  %38 = and i32 %37, -1024
  %39 = icmp eq i32 %38, 56320
  br i1 %39, label %90, label %96

40:                                               ; preds = %13
  %41 = icmp sgt i8 %14, -1
  br i1 %41, label %88, label %42

42:                                               ; preds = %40
  %43 = add nsw i8 %14, 62
  %44 = icmp ult i8 %43, 30
  br i1 %44, label %52, label %45

45:                                               ; preds = %42
  %46 = and i8 %14, -16
  %47 = icmp eq i8 %46, -32
  br i1 %47, label %52, label %48

48:                                               ; preds = %45
  %49 = add nsw i8 %14, 16
  %50 = icmp ult i8 %49, 5
  %51 = select i1 %50, i64 4, i64 0
  br label %52

52:                                               ; preds = %48, %45, %42
  %53 = phi i64 [ %51, %48 ], [ 2, %42 ], [ 3, %45 ]
  %54 = icmp eq i64 %53, 0
  %55 = ptrtoint ptr %11 to i64
  %56 = sub i64 %9, %55
  %57 = icmp slt i64 %56, %53
  %58 = or i1 %54, %57
  br i1 %58, label %96, label %59

59:                                               ; preds = %52
  %60 = icmp eq i8 %14, -32
  %61 = icmp eq i8 %14, -16
  %62 = select i1 %61, i32 144, i32 128
  %63 = select i1 %60, i32 160, i32 %62
  %64 = icmp eq i8 %14, -19
  %65 = icmp eq i8 %14, -12
  %66 = select i1 %65, i32 143, i32 191
  %67 = select i1 %64, i32 159, i32 %66
  %68 = getelementptr inbounds i8, ptr %11, i64 1
  %69 = load i8, ptr %68, align 1
  %70 = zext i8 %69 to i32
  %71 = icmp ule i32 %63, %70
  %72 = icmp uge i32 %67, %70
  %73 = and i1 %71, %72
  %74 = zext i1 %73 to i32
  br label %75

75:                                               ; preds = %81, %59
  %76 = phi i32 [ %74, %59 ], [ %86, %81 ]
  %77 = phi i64 [ 2, %59 ], [ %87, %81 ]
  %78 = icmp ult i64 %77, %53
  br i1 %78, label %81, label %79

79:                                               ; preds = %75
  %80 = icmp eq i32 %76, 0
  br i1 %80, label %96, label %90

81:                                               ; preds = %75
  %82 = getelementptr inbounds i8, ptr %11, i64 %77
  %83 = load i8, ptr %82, align 1
  %84 = icmp slt i8 %83, -64
  %85 = and i32 %76, 1
  %86 = select i1 %84, i32 %85, i32 0
  %87 = add nuw nsw i64 %77, 1
  br label %75, !llvm.loop !35

88:                                               ; preds = %40
  %89 = icmp ult i8 %14, 32
  br i1 %89, label %96, label %90

90:                                               ; preds = %79, %18, %22, %36, %88
  %91 = phi i64 [ 1, %88 ], [ %53, %79 ], [ 2, %18 ], [ 6, %22 ], [ 12, %36 ]
  %92 = getelementptr inbounds i8, ptr %11, i64 %91
  store ptr %92, ptr %0, align 8
  br label %10

93:                                               ; preds = %13, %10
  %94 = getelementptr inbounds i8, ptr %1, i64 8
  store ptr %11, ptr %94, align 8
  %95 = tail call fastcc i32 @take(ptr noundef nonnull %0, i8 noundef zeroext 34) #27
  br label %96

96:                                               ; preds = %79, %52, %26, %28, %32, %36, %15, %88, %2, %93
  %97 = phi i32 [ %95, %93 ], [ 0, %2 ], [ 0, %88 ], [ 0, %15 ], [ 0, %36 ], [ 0, %32 ], [ 0, %28 ], [ 0, %26 ], [ 0, %52 ], [ 0, %79 ]
  ret i32 %97
}

; Function Attrs: minsize nofree nounwind optsize memory(read, inaccessiblemem: none)
define internal fastcc i32 @is_text(ptr readonly %0, ptr readnone %1, ptr nocapture noundef readonly %2) unnamed_addr #19 {
  %4 = alloca [4 x i8], align 1
  br label %5

5:                                                ; preds = %83, %3
  %6 = phi ptr [ %0, %3 ], [ %65, %83 ]
  %7 = phi ptr [ %2, %3 ], [ %67, %83 ]
  %8 = icmp ult ptr %6, %1
  br i1 %8, label %9, label %84

9:                                                ; preds = %5
  call void @llvm.lifetime.start.p0(i64 4, ptr nonnull %4) #26
  %10 = load i8, ptr %6, align 1
  %11 = icmp eq i8 %10, 92
  %12 = getelementptr inbounds i8, ptr %6, i64 1
  br i1 %11, label %13, label %63

13:                                               ; preds = %9
  %14 = load i8, ptr %12, align 1
  %15 = icmp eq i8 %14, 117
  br i1 %15, label %25, label %16

16:                                               ; preds = %13
  %17 = getelementptr inbounds i8, ptr %6, i64 2
  %18 = zext i8 %14 to i32
  %19 = tail call ptr @memchr(ptr noundef nonnull dereferenceable(1) @.str.2, i32 noundef %18, i64 noundef 8) #28
  %20 = ptrtoint ptr %19 to i64
  %21 = sub i64 %20, ptrtoint (ptr @.str.2 to i64)
  %22 = getelementptr inbounds [9 x i8], ptr @escaped.to, i64 0, i64 %21
  %23 = load i8, ptr %22, align 1
  %24 = zext i8 %23 to i32
  br label %36

25:                                               ; preds = %13
  %26 = tail call fastcc i32 @unit(ptr noundef nonnull %6) #27
  %27 = getelementptr inbounds i8, ptr %6, i64 6
  %28 = add i32 %26, -57344
  %29 = icmp ult i32 %28, -2048
  br i1 %29, label %36, label %30

30:                                               ; preds = %25
  %31 = tail call fastcc i32 @unit(ptr noundef nonnull %27) #27
  %32 = getelementptr inbounds i8, ptr %6, i64 12
  %33 = shl nuw nsw i32 %26, 10
  %34 = add nsw i32 %33, -56613888
  %35 = add i32 %34, %31
  br label %36

36:                                               ; preds = %16, %25, %30
  %37 = phi ptr [ %27, %25 ], [ %32, %30 ], [ %17, %16 ]
  %38 = phi i32 [ %26, %25 ], [ %35, %30 ], [ %24, %16 ]
  %39 = icmp ult i32 %38, 128
  br i1 %39, label %40, label %42

40:                                               ; preds = %36
  %41 = trunc nuw nsw i32 %38 to i8
  br label %63

42:                                               ; preds = %36
  %43 = icmp ult i32 %38, 2048
  %44 = icmp ult i32 %38, 65536
  %45 = select i1 %44, i64 3, i64 4
  %46 = select i1 %43, i64 2, i64 %45
  br label %47

47:                                               ; preds = %56, %42
  %48 = phi i32 [ %38, %42 ], [ %62, %56 ]
  %49 = phi i64 [ %46, %42 ], [ %57, %56 ]
  %50 = icmp sgt i64 %49, 1
  br i1 %50, label %56, label %51

51:                                               ; preds = %47
  %52 = getelementptr inbounds [5 x i8], ptr @encode.lead, i64 0, i64 %46
  %53 = load i8, ptr %52, align 1
  %54 = trunc i32 %48 to i8
  %55 = or i8 %53, %54
  br label %63

56:                                               ; preds = %47
  %57 = add nsw i64 %49, -1
  %58 = trunc i32 %48 to i8
  %59 = and i8 %58, 63
  %60 = or disjoint i8 %59, -128
  %61 = getelementptr inbounds i8, ptr %4, i64 %57
  store i8 %60, ptr %61, align 1
  %62 = lshr i32 %48, 6
  br label %47, !llvm.loop !36

63:                                               ; preds = %9, %51, %40
  %64 = phi i8 [ %55, %51 ], [ %41, %40 ], [ %10, %9 ]
  %65 = phi ptr [ %37, %51 ], [ %37, %40 ], [ %12, %9 ]
  %66 = phi i64 [ %46, %51 ], [ 1, %40 ], [ 1, %9 ]
  store i8 %64, ptr %4, align 1
  %67 = getelementptr i8, ptr %7, i64 %66
  br label %68

68:                                               ; preds = %79, %63
  %69 = phi ptr [ %7, %63 ], [ %80, %79 ]
  %70 = phi i64 [ 0, %63 ], [ %81, %79 ]
  %71 = icmp eq i64 %70, %66
  br i1 %71, label %83, label %72

72:                                               ; preds = %68
  %73 = load i8, ptr %69, align 1
  %74 = icmp eq i8 %73, 0
  br i1 %74, label %82, label %75

75:                                               ; preds = %72
  %76 = getelementptr inbounds [4 x i8], ptr %4, i64 0, i64 %70
  %77 = load i8, ptr %76, align 1
  %78 = icmp eq i8 %73, %77
  br i1 %78, label %79, label %82

79:                                               ; preds = %75
  %80 = getelementptr inbounds i8, ptr %69, i64 1
  %81 = add nuw nsw i64 %70, 1
  br label %68, !llvm.loop !37

82:                                               ; preds = %72, %75
  call void @llvm.lifetime.end.p0(i64 4, ptr nonnull %4) #26
  br label %88

83:                                               ; preds = %68
  call void @llvm.lifetime.end.p0(i64 4, ptr nonnull %4) #26
  br label %5

84:                                               ; preds = %5
  %85 = load i8, ptr %7, align 1
  %86 = icmp eq i8 %85, 0
  %87 = zext i1 %86 to i32
  br label %88

88:                                               ; preds = %82, %84
  %89 = phi i32 [ %87, %84 ], [ 0, %82 ]
  ret i32 %89
}

; Function Attrs: minsize mustprogress nofree nounwind optsize willreturn memory(argmem: read)
define internal fastcc range(i32 0, 2) i32 @is_escape(ptr noundef %0, ptr noundef %1) unnamed_addr #20 {
  %3 = ptrtoint ptr %1 to i64
  %4 = ptrtoint ptr %0 to i64
  %5 = sub i64 %3, %4
  %6 = icmp slt i64 %5, 2
  br i1 %6, label %37, label %7

7:                                                ; preds = %2
  %8 = getelementptr inbounds i8, ptr %0, i64 1
  %9 = load i8, ptr %8, align 1
  %10 = icmp eq i8 %9, 117
  br i1 %10, label %15, label %11

11:                                               ; preds = %7
  %12 = zext i8 %9 to i32
  %13 = tail call ptr @memchr(ptr noundef nonnull dereferenceable(1) @.str.2, i32 noundef %12, i64 noundef 8) #28
  %14 = icmp ne ptr %13, null
  br label %37

15:                                               ; preds = %7
  %16 = icmp ugt i64 %5, 5
  br i1 %16, label %17, label %37

17:                                               ; preds = %15
  %18 = getelementptr inbounds i8, ptr %0, i64 2
  %19 = load i8, ptr %18, align 1
  %20 = tail call fastcc i32 @hex(i8 noundef zeroext %19) #27
  %21 = icmp sgt i32 %20, -1
  br i1 %21, label %22, label %37

22:                                               ; preds = %17
  %23 = getelementptr inbounds i8, ptr %0, i64 3
  %24 = load i8, ptr %23, align 1
  %25 = tail call fastcc i32 @hex(i8 noundef zeroext %24) #27
  %26 = icmp sgt i32 %25, -1
  br i1 %26, label %27, label %37

27:                                               ; preds = %22
  %28 = getelementptr inbounds i8, ptr %0, i64 4
  %29 = load i8, ptr %28, align 1
  %30 = tail call fastcc i32 @hex(i8 noundef zeroext %29) #27
  %31 = icmp sgt i32 %30, -1
  br i1 %31, label %32, label %37

32:                                               ; preds = %27
  %33 = getelementptr inbounds i8, ptr %0, i64 5
  %34 = load i8, ptr %33, align 1
  %35 = tail call fastcc i32 @hex(i8 noundef zeroext %34) #27
  %36 = icmp sgt i32 %35, -1
  br label %37

37:                                               ; preds = %15, %17, %22, %27, %32, %2, %11
  %38 = phi i1 [ %14, %11 ], [ false, %2 ], [ false, %27 ], [ false, %22 ], [ false, %17 ], [ false, %15 ], [ %36, %32 ]
  %39 = zext i1 %38 to i32
  ret i32 %39
}

; Function Attrs: minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(argmem: read)
define internal fastcc i32 @unit(ptr nocapture noundef readonly %0) unnamed_addr #5 {
  %2 = getelementptr inbounds i8, ptr %0, i64 2
  %3 = load i8, ptr %2, align 1
  %4 = tail call fastcc i32 @hex(i8 noundef zeroext %3) #27
  %5 = shl nsw i32 %4, 12
  %6 = getelementptr inbounds i8, ptr %0, i64 3
  %7 = load i8, ptr %6, align 1
  %8 = tail call fastcc i32 @hex(i8 noundef zeroext %7) #27
  %9 = shl nsw i32 %8, 8
  %10 = or i32 %9, %5
  %11 = getelementptr inbounds i8, ptr %0, i64 4
  %12 = load i8, ptr %11, align 1
  %13 = tail call fastcc i32 @hex(i8 noundef zeroext %12) #27
  %14 = shl nsw i32 %13, 4
  %15 = or i32 %10, %14
  %16 = getelementptr inbounds i8, ptr %0, i64 5
  %17 = load i8, ptr %16, align 1
  %18 = tail call fastcc i32 @hex(i8 noundef zeroext %17) #27
  %19 = or i32 %15, %18
  ret i32 %19
}

; Function Attrs: minsize mustprogress nofree nounwind optsize willreturn memory(argmem: read)
declare ptr @memchr(ptr noundef, i32 noundef, i64 noundef) local_unnamed_addr #21

; Function Attrs: minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(none)
define internal fastcc range(i32 -55, 201) i32 @hex(i8 noundef zeroext %0) unnamed_addr #22 {
  %2 = zext i8 %0 to i32
  %3 = add i8 %0, -48
  %4 = icmp ult i8 %3, 10
  br i1 %4, label %5, label %7

5:                                                ; preds = %1
  %6 = add nsw i32 %2, -48
  br label %17

7:                                                ; preds = %1
  %8 = add i8 %0, -97
  %9 = icmp ult i8 %8, 6
  br i1 %9, label %10, label %12

10:                                               ; preds = %7
  %11 = add nsw i32 %2, -87
  br label %17

12:                                               ; preds = %7
  %13 = add i8 %0, -65
  %14 = icmp ult i8 %13, 6
  %15 = add nsw i32 %2, -55
  %16 = select i1 %14, i32 %15, i32 -1
  br label %17

17:                                               ; preds = %10, %12, %5
  %18 = phi i32 [ %6, %5 ], [ %11, %10 ], [ %16, %12 ]
  ret i32 %18
}

; Function Attrs: minsize nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none)
define internal fastcc range(i32 0, 2) i32 @take_count(ptr nocapture noundef %0, ptr nocapture noundef %1) unnamed_addr #2 {
  tail call fastcc void @skip_space(ptr noundef %0) #27
  %3 = load ptr, ptr %0, align 8
  store i64 0, ptr %1, align 8
  %4 = getelementptr inbounds i8, ptr %0, i64 8
  %5 = load ptr, ptr %0, align 8
  br label %6

6:                                                ; preds = %17, %2
  %7 = phi ptr [ %23, %17 ], [ %5, %2 ]
  %8 = load ptr, ptr %4, align 8
  %9 = icmp ult ptr %7, %8
  br i1 %9, label %10, label %24

10:                                               ; preds = %6
  %11 = load i8, ptr %7, align 1
  %12 = add i8 %11, -48
  %13 = icmp ult i8 %12, 10
  br i1 %13, label %14, label %24

14:                                               ; preds = %10
  %15 = load i64, ptr %1, align 8
  %16 = icmp sgt i64 %15, 461168601842738789
  br i1 %16, label %33, label %17

17:                                               ; preds = %14
  %18 = mul nsw i64 %15, 10
  %19 = and i8 %11, 15
  %20 = zext nneg i8 %19 to i64
  %21 = add nsw i64 %18, %20
  store i64 %21, ptr %1, align 8
  %22 = load ptr, ptr %0, align 8
  %23 = getelementptr inbounds i8, ptr %22, i64 1
  store ptr %23, ptr %0, align 8
  br label %6, !llvm.loop !38

24:                                               ; preds = %10, %6
  %25 = icmp ugt ptr %7, %3
  br i1 %25, label %26, label %33

26:                                               ; preds = %24
  %27 = getelementptr inbounds i8, ptr %3, i64 1
  %28 = icmp eq ptr %7, %27
  br i1 %28, label %33, label %29

29:                                               ; preds = %26
  %30 = load i8, ptr %3, align 1
  %31 = icmp ne i8 %30, 48
  %32 = zext i1 %31 to i32
  br label %33

33:                                               ; preds = %14, %24, %29, %26
  %34 = phi i32 [ 0, %24 ], [ 1, %26 ], [ %32, %29 ], [ 0, %14 ]
  ret i32 %34
}

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare i64 @llvm.smin.i64(i64, i64) #23

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare i64 @llvm.smax.i64(i64, i64) #23

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: read)
declare ptr @llvm.load.relative.i64(ptr, i64) #24

attributes #0 = { minsize nounwind optsize       }
attributes #1 = { minsize optsize      }
attributes #2 = { minsize nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none)       }
attributes #3 = { mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #4 = { minsize nofree norecurse nosync nounwind optsize memory(readwrite, inaccessiblemem: none)       }
attributes #5 = { minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(argmem: read)       }
attributes #6 = { minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(read, inaccessiblemem: none)       }
attributes #7 = { minsize nofree nounwind optsize memory(readwrite, inaccessiblemem: none)       }
attributes #8 = { mustprogress nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #9 = { mustprogress nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #10 = { mustprogress nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #11 = { minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(argmem: write)       }
attributes #12 = { minsize nofree nounwind optsize memory(write)       }
attributes #13 = { minsize nofree nounwind optsize memory(write, argmem: readwrite)       }
attributes #14 = { minsize mustprogress nofree nounwind optsize willreturn memory(write)      }
attributes #15 = { minsize nofree norecurse nosync nounwind optsize memory(none)       }
attributes #16 = { minsize nofree norecurse nosync nounwind optsize memory(argmem: read)       }
attributes #17 = { minsize nounwind optsize      }
attributes #18 = { minsize nofree nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none)       }
attributes #19 = { minsize nofree nounwind optsize memory(read, inaccessiblemem: none)       }
attributes #20 = { minsize mustprogress nofree nounwind optsize willreturn memory(argmem: read)       }
attributes #21 = { minsize mustprogress nofree nounwind optsize willreturn memory(argmem: read)      }
attributes #22 = { minsize mustprogress nofree norecurse nosync nounwind optsize willreturn memory(none)       }
attributes #23 = { nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #24 = { nocallback nofree nosync nounwind willreturn memory(argmem: read) }
attributes #25 = { minsize nounwind optsize }
attributes #26 = { nounwind }
attributes #27 = { minsize optsize }
attributes #28 = { minsize nounwind optsize willreturn memory(read) }


!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 8, !"PIC Level", i32 2}
!2 = distinct !{!2, !3}
!3 = !{!"llvm.loop.mustprogress"}
!4 = distinct !{!4, !3}
!5 = distinct !{!5, !3}
!6 = distinct !{!6, !3}
!7 = distinct !{!7, !3}
!8 = distinct !{!8, !3}
!9 = distinct !{!9, !3}
!10 = distinct !{!10, !3}
!11 = distinct !{!11, !3}
!12 = distinct !{!12, !3}
!13 = distinct !{!13, !3}
!14 = distinct !{!14, !3}
!15 = distinct !{!15, !3}
!16 = distinct !{!16, !3}
!17 = distinct !{!17, !3}
!18 = distinct !{!18, !3}
!19 = distinct !{!19, !3}
!20 = distinct !{!20, !3}
!21 = distinct !{!21, !3}
!22 = distinct !{!22, !3}
!23 = distinct !{!23, !3}
!24 = distinct !{!24, !3}
!25 = distinct !{!25, !3}
!26 = distinct !{!26, !3}
!27 = distinct !{!27, !3}
!28 = distinct !{!28, !3}
!29 = distinct !{!29, !3}
!30 = distinct !{!30, !3}
!31 = distinct !{!31, !3}
!32 = distinct !{!32, !3}
!33 = distinct !{!33, !3}
!34 = distinct !{!34, !3}
!35 = distinct !{!35, !3}
!36 = distinct !{!36, !3}
!37 = distinct !{!37, !3}
!38 = distinct !{!38, !3}
