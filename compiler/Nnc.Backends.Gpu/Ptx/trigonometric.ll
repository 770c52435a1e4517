; Sine and cosine in 32 bits, within two units in the last place for every number.

; x less the nearest multiple n of a quarter turn, and n: pi / 2 in three parts, of which the product of the first with n is exact
; (Cody and Waite 1980), as long as n is not too large.
define internal { float, i32 } @nnc.quarters(float %x) {
entry:
  %size = call float @nnc.abs(float %x)
  %is.near = fcmp olt float %size, 0x40F9C8F000000000
  br i1 %is.near, label %near, label %far
near:
  %v1 = call float @nnc.fma(float %x, float 0x3FE45F3060000000, float 0x3FE0000000000000)
  %v2 = call float @nnc.floor(float %v1)
  %v3 = fneg float %v2
  %v4 = call float @nnc.fma(float %v3, float 0x3FF921FB00000000, float %x)
  %v5 = call float @nnc.fma(float %v3, float 0x3E95110B40000000, float %v4)
  %v6 = call float @nnc.fma(float %v3, float 0x3CF84698A0000000, float %v5)
  %v7 = fptosi float %v2 to i32
  %v8 = insertvalue { float, i32 } undef, float %v6, 0
  %v9 = insertvalue { float, i32 } %v8, i32 %v7, 1
  ret { float, i32 } %v9
far:
  %r = call { float, i32 } @nnc.quarters.far(float %x)
  ret { float, i32 } %r
}

; The same for any finite x: of the bits of 2 / pi those that matter are multiplied with x in integers, and the whole turns fall off
; (Payne and Hanek 1983).
@nnc.two_over_pi = internal addrspace(4) constant [8 x i32] [i32 0, i32 683565275, i32 -1819212470, i32 2131351028, i32 2102212464, i32 920167782, i32 1326507024, i32 2140428522]

define internal i64 @nnc.window(i32 %high, i32 %low, i64 %shift) alwaysinline {
  %a = zext i32 %high to i64
  %b = shl i64 %a, 32
  %c = zext i32 %low to i64
  %d = or i64 %b, %c
  %e = shl i64 %d, %shift
  %f = lshr i64 %e, 32
  ret i64 %f
}

define internal { float, i32 } @nnc.quarters.far(float %x) {
  %bits = bitcast float %x to i32
  %size = and i32 %bits, 2147483647
  %biased = lshr i32 %size, 23
  %e = sub i32 %biased, 126
  %word = lshr i32 %e, 5
  %shift = and i32 %e, 31
  %shift.wide = zext i32 %shift to i64
  %fraction = shl i32 %bits, 8
  %mantissa = or i32 %fraction, -2147483648
  %m = zext i32 %mantissa to i64
  %at0 = getelementptr i32, ptr addrspace(4) @nnc.two_over_pi, i32 %word
  %at1 = getelementptr i32, ptr addrspace(4) %at0, i32 1
  %at2 = getelementptr i32, ptr addrspace(4) %at0, i32 2
  %at3 = getelementptr i32, ptr addrspace(4) %at0, i32 3
  %w0 = load i32, ptr addrspace(4) %at0
  %w1 = load i32, ptr addrspace(4) %at1
  %w2 = load i32, ptr addrspace(4) %at2
  %w3 = load i32, ptr addrspace(4) %at3
  %high = call i64 @nnc.window(i32 %w0, i32 %w1, i64 %shift.wide)
  %middle = call i64 @nnc.window(i32 %w1, i32 %w2, i64 %shift.wide)
  %low = call i64 @nnc.window(i32 %w2, i32 %w3, i64 %shift.wide)
  %p0 = mul i64 %m, %low
  %carry = lshr i64 %p0, 32
  %p1 = mul i64 %m, %middle
  %p2 = add i64 %p1, %carry
  %p3 = mul i64 %m, %high
  %p4 = shl i64 %p3, 32
  %p = add i64 %p4, %p2
  %rounded = add i64 %p, 2305843009213693952
  %quarter.wide = lshr i64 %rounded, 62
  %quarter = trunc i64 %quarter.wide to i32
  %whole = shl i64 %quarter.wide, 62
  %rest = sub i64 %p, %whole
  %rest.real = sitofp i64 %rest to double
  %r.wide = fmul double %rest.real, 0x3C1921FB54442D18
  %r = fptrunc double %r.wide to float
  %r.negative = fneg float %r
  %quarter.negative = sub i32 0, %quarter
  %is.negative = icmp slt i32 %bits, 0
  %r.signed = select i1 %is.negative, float %r.negative, float %r
  %quarter.signed = select i1 %is.negative, i32 %quarter.negative, i32 %quarter
  %first = insertvalue { float, i32 } undef, float %r.signed, 0
  %both = insertvalue { float, i32 } %first, i32 %quarter.signed, 1
  ret { float, i32 } %both
}

; Of the quarter turn that x lies in and the rest: polynomials by Moshier 1992; NaN for infinities.
define internal float @nnc.sin(float %x) alwaysinline {
  %v1 = call { float, i32 } @nnc.quarters(float %x)
  %v2 = extractvalue { float, i32 } %v1, 0
  %v3 = extractvalue { float, i32 } %v1, 1
  %v4 = fmul float %v2, %v2
  %v5 = call float @nnc.fma(float 0xBF29943F20000000, float %v4, float 0x3F811073C0000000)
  %v6 = call float @nnc.fma(float %v5, float %v4, float 0xBFC5555460000000)
  %v7 = call float @nnc.fma(float %v2, float %v4, float 0x0000000000000000)
  %v8 = call float @nnc.fma(float %v7, float %v6, float %v2)
  %v9 = call float @nnc.fma(float 0x3EF99EB9C0000000, float %v4, float 0xBF56C0C340000000)
  %v10 = call float @nnc.fma(float %v9, float %v4, float 0x3FA55554A0000000)
  %v11 = call float @nnc.fma(float %v10, float %v4, float 0xBFE0000000000000)
  %v12 = call float @nnc.fma(float %v11, float %v4, float 0x3FF0000000000000)
  %v13 = trunc i32 %v3 to i1
  %v14 = select i1 %v13, float %v12, float %v8
  %v15 = and i32 %v3, 2
  %v16 = icmp ne i32 %v15, 0
  %v17 = fneg float %v14
  %v18 = select i1 %v16, float %v17, float %v14
  %v19 = call float @nnc.abs(float %x)
  %v20 = fcmp olt float %v19, 0x7FF0000000000000
  %v21 = fsub float %x, %x
  %v22 = select i1 %v20, float %v18, float %v21
  ret float %v22
}

define internal float @nnc.cos(float %x) alwaysinline {
  %v1 = call { float, i32 } @nnc.quarters(float %x)
  %v2 = extractvalue { float, i32 } %v1, 0
  %v3 = extractvalue { float, i32 } %v1, 1
  %v4 = add i32 %v3, 1
  %v5 = fmul float %v2, %v2
  %v6 = call float @nnc.fma(float 0xBF29943F20000000, float %v5, float 0x3F811073C0000000)
  %v7 = call float @nnc.fma(float %v6, float %v5, float 0xBFC5555460000000)
  %v8 = call float @nnc.fma(float %v2, float %v5, float 0x0000000000000000)
  %v9 = call float @nnc.fma(float %v8, float %v7, float %v2)
  %v10 = call float @nnc.fma(float 0x3EF99EB9C0000000, float %v5, float 0xBF56C0C340000000)
  %v11 = call float @nnc.fma(float %v10, float %v5, float 0x3FA55554A0000000)
  %v12 = call float @nnc.fma(float %v11, float %v5, float 0xBFE0000000000000)
  %v13 = call float @nnc.fma(float %v12, float %v5, float 0x3FF0000000000000)
  %v14 = trunc i32 %v4 to i1
  %v15 = select i1 %v14, float %v13, float %v9
  %v16 = and i32 %v4, 2
  %v17 = icmp ne i32 %v16, 0
  %v18 = fneg float %v15
  %v19 = select i1 %v17, float %v18, float %v15
  %v20 = call float @nnc.abs(float %x)
  %v21 = fcmp olt float %v20, 0x7FF0000000000000
  %v22 = fsub float %x, %x
  %v23 = select i1 %v21, float %v19, float %v22
  ret float %v23
}
