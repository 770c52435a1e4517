; Scalar functions in 32 bits, of what every device has. Polynomials as in the processor's kernels; see MathWriter there for their sources.

; The lesser; NaN where either is.
define internal float @nnc.minimum(float %x, float %y) alwaysinline {
  %v1 = fcmp olt float %x, %y
  %v2 = fcmp uno float %x, %x
  %v3 = or i1 %v1, %v2
  %v4 = select i1 %v3, float %x, float %y
  ret float %v4
}

define internal i32 @nnc.minimum_int(i32 %x, i32 %y) alwaysinline {
  %v1 = icmp slt i32 %x, %y
  %v2 = select i1 %v1, i32 %x, i32 %y
  ret i32 %v2
}

; The greater; NaN where either is.
define internal float @nnc.maximum(float %x, float %y) alwaysinline {
  %v1 = fcmp ogt float %x, %y
  %v2 = fcmp uno float %x, %x
  %v3 = or i1 %v1, %v2
  %v4 = select i1 %v3, float %x, float %y
  ret float %v4
}

define internal i32 @nnc.maximum_int(i32 %x, i32 %y) alwaysinline {
  %v1 = icmp sgt i32 %x, %y
  %v2 = select i1 %v1, i32 %x, i32 %y
  ret i32 %v2
}

; Rounds towards minus infinity; a divisor of zero counts as one.
define internal i32 @nnc.floor_divide(i32 %x, i32 %y) alwaysinline {
  %v1 = icmp eq i32 %y, 0
  %v2 = select i1 %v1, i32 1, i32 %y
  %v3 = sdiv i32 %x, %v2
  %v4 = mul i32 %v3, %v2
  %v5 = sub i32 %x, %v4
  %v6 = icmp ne i32 %v5, 0
  %v7 = xor i32 %x, %v2
  %v8 = icmp slt i32 %v7, 0
  %v9 = and i1 %v6, %v8
  %v10 = sext i1 %v9 to i32
  %v11 = add i32 %v3, %v10
  ret i32 %v11
}

define internal i32 @nnc.modulo_int(i32 %x, i32 %y) alwaysinline {
  %v1 = call i32 @nnc.floor_divide(i32 %x, i32 %y)
  %v2 = icmp eq i32 %y, 0
  %v3 = select i1 %v2, i32 1, i32 %y
  %v4 = mul i32 %v1, %v3
  %v5 = sub i32 %x, %v4
  ret i32 %v5
}

define internal float @nnc.modulo(float %x, float %y) alwaysinline {
  %v1 = fdiv float %x, %y
  %v2 = call float @nnc.floor(float %v1)
  %v3 = fmul contract float %y, %v2
  %v4 = fsub contract float %x, %v3
  ret float %v4
}

define internal float @nnc.abs(float %x) alwaysinline {
  %v1 = bitcast float %x to i32
  %v2 = and i32 %v1, 2147483647
  %v3 = bitcast i32 %v2 to float
  ret float %v3
}

define internal i32 @nnc.abs_int(i32 %x) alwaysinline {
  %v1 = sub i32 0, %x
  %v2 = icmp slt i32 %x, 0
  %v3 = select i1 %v2, i32 %v1, i32 %x
  ret i32 %v3
}

; What is neither above nor below zero is zero or NaN, and stays.
define internal float @nnc.sign(float %x) alwaysinline {
  %v1 = fcmp ogt float %x, 0x0000000000000000
  %v2 = fcmp olt float %x, 0x0000000000000000
  %v3 = select i1 %v2, float 0xBFF0000000000000, float %x
  %v4 = select i1 %v1, float 0x3FF0000000000000, float %v3
  ret float %v4
}

define internal i32 @nnc.sign_int(i32 %x) alwaysinline {
  %v1 = icmp sgt i32 %x, 0
  %v2 = icmp slt i32 %x, 0
  %v3 = select i1 %v2, i32 -1, i32 0
  %v4 = select i1 %v1, i32 1, i32 %v3
  ret i32 %v4
}

define internal float @nnc.ceil(float %x) alwaysinline {
  %v1 = fneg float %x
  %v2 = call float @nnc.floor(float %v1)
  %v3 = fneg float %v2
  ret float %v3
}

; e^x = 2^n e^r with |r| at most half of ln 2 (Moshier 1992); the power of two in two factors, so that neither overflows.
define internal float @nnc.exp(float %x) alwaysinline {
  %v1 = fcmp olt float %x, 0xC056000000000000
  %v2 = select i1 %v1, float 0xC056000000000000, float %x
  %v3 = fcmp olt float 0x4056200000000000, %v2
  %v4 = select i1 %v3, float 0x4056200000000000, float %v2
  %v5 = fmul contract float %v4, 0x3FF7154760000000
  %v6 = fadd contract float %v5, 0x3FE0000000000000
  %v7 = call float @nnc.floor(float %v6)
  %v8 = fmul contract float %v7, 0x3FE6300000000000
  %v9 = fsub contract float %v4, %v8
  %v10 = fmul contract float %v7, 0xBF2BD01060000000
  %v11 = fsub contract float %v9, %v10
  %v12 = fmul contract float 0x3F2A0D2CE0000000, %v11
  %v13 = fadd contract float %v12, 0x3F56E879C0000000
  %v14 = fmul contract float %v13, %v11
  %v15 = fadd contract float %v14, 0x3F81112100000000
  %v16 = fmul contract float %v15, %v11
  %v17 = fadd contract float %v16, 0x3FA5553820000000
  %v18 = fmul contract float %v17, %v11
  %v19 = fadd contract float %v18, 0x3FC5555540000000
  %v20 = fmul contract float %v19, %v11
  %v21 = fadd contract float %v20, 0x3FE0000000000000
  %v22 = fmul contract float %v21, %v11
  %v23 = fmul contract float %v22, %v11
  %v24 = fadd contract float %v23, %v11
  %v25 = fadd contract float %v24, 0x3FF0000000000000
  %v26 = fptosi float %v7 to i32
  %v27 = ashr i32 %v26, 1
  %v28 = sub i32 %v26, %v27
  %v29 = add i32 %v27, 127
  %v30 = shl i32 %v29, 23
  %v31 = bitcast i32 %v30 to float
  %v32 = fmul contract float %v25, %v31
  %v33 = add i32 %v28, 127
  %v34 = shl i32 %v33, 23
  %v35 = bitcast i32 %v34 to float
  %v36 = fmul contract float %v32, %v35
  %v37 = fcmp olt float %x, 0xC055D589E0000000
  %v38 = select i1 %v37, float 0x0000000000000000, float %v36
  %v39 = fcmp olt float 0x40562E42E0000000, %x
  %v40 = select i1 %v39, float 0x7FF0000000000000, float %v38
  %v41 = fcmp uno float %x, %x
  %v42 = select i1 %v41, float %x, float %v40
  ret float %v42
}

; ln x = e ln 2 + ln(1 + f) with 1 + f between the root of one half and that of two.
define internal float @nnc.log(float %x) alwaysinline {
  %v1 = fcmp olt float %x, 0x3810000000000000
  %v2 = fmul contract float %x, 0x4160000000000000
  %v3 = select i1 %v1, float %v2, float %x
  %v4 = bitcast float %v3 to i32
  %v5 = sub i32 %v4, 1060439283
  %v6 = ashr i32 %v5, 23
  %v7 = shl i32 %v6, 23
  %v8 = sub i32 %v4, %v7
  %v9 = bitcast i32 %v8 to float
  %v10 = sitofp i32 %v6 to float
  %v11 = select i1 %v1, float 0x4037000000000000, float 0x0000000000000000
  %v12 = fsub contract float %v10, %v11
  %v13 = fsub contract float %v9, 0x3FF0000000000000
  %v14 = fmul contract float 0x3FB14573E0000000, %v13
  %v15 = fadd contract float %v14, 0xBFBDE3BF80000000
  %v16 = fmul contract float %v15, %v13
  %v17 = fadd contract float %v16, 0x3FBE6F08C0000000
  %v18 = fmul contract float %v17, %v13
  %v19 = fadd contract float %v18, 0xBFBFC220E0000000
  %v20 = fmul contract float %v19, %v13
  %v21 = fadd contract float %v20, 0x3FC2337660000000
  %v22 = fmul contract float %v21, %v13
  %v23 = fadd contract float %v22, 0xBFC555C4E0000000
  %v24 = fmul contract float %v23, %v13
  %v25 = fadd contract float %v24, 0x3FC99A4B60000000
  %v26 = fmul contract float %v25, %v13
  %v27 = fadd contract float %v26, 0xBFD0000060000000
  %v28 = fmul contract float %v27, %v13
  %v29 = fadd contract float %v28, 0x3FD5555480000000
  %v30 = fmul contract float %v13, %v13
  %v31 = fmul contract float %v30, %v13
  %v32 = fmul contract float %v31, %v29
  %v33 = fmul contract float %v12, 0xBF2BD01060000000
  %v34 = fmul contract float %v30, 0xBFE0000000000000
  %v35 = fadd contract float %v33, %v34
  %v36 = fadd contract float %v32, %v35
  %v37 = fmul contract float %v12, 0x3FE6300000000000
  %v38 = fadd contract float %v13, %v36
  %v39 = fadd contract float %v37, %v38
  %v40 = fcmp olt float %x, 0x7FF0000000000000
  %v41 = select i1 %v40, float %v39, float %x
  %v42 = fcmp oeq float %x, 0x0000000000000000
  %v43 = select i1 %v42, float 0xFFF0000000000000, float %v41
  %v44 = fcmp olt float %x, 0x0000000000000000
  %v45 = select i1 %v44, float 0x7FF8000000000000, float %v43
  ret float %v45
}

; ln(1 + x) = ln u + (x - (u - 1)) / u with u the rounded 1 + x: the second term is what rounding lost.
define internal float @nnc.log1p(float %x) alwaysinline {
  %v1 = fadd float %x, 0x3FF0000000000000
  %v2 = fsub float %v1, 0x3FF0000000000000
  %v3 = fsub float %x, %v2
  %v4 = call float @nnc.log(float %v1)
  %v5 = fdiv float %v3, %v1
  %v6 = fadd contract float %v4, %v5
  %v7 = fcmp olt float %v1, 0x7FF0000000000000
  %v8 = fcmp ogt float %v1, 0x0000000000000000
  %v9 = and i1 %v7, %v8
  %v10 = select i1 %v9, float %v6, float %v4
  %v11 = fcmp oeq float %v1, 0x3FF0000000000000
  %v12 = select i1 %v11, float %x, float %v10
  ret float %v12
}

; x^y = e^(y ln |x|), negative for odd powers of negative numbers.
define internal float @nnc.power(float %x, float %y) alwaysinline {
  %v1 = call float @nnc.abs(float %x)
  %v2 = call float @nnc.log(float %v1)
  %v3 = fmul contract float %y, %v2
  %v4 = call float @nnc.exp(float %v3)
  %v5 = call float @nnc.floor(float %y)
  %v6 = fcmp oeq float %v5, %y
  %v7 = fmul contract float %y, 0x3FE0000000000000
  %v8 = call float @nnc.floor(float %v7)
  %v9 = fcmp une float %v8, %v7
  %v10 = fcmp olt float %x, 0x0000000000000000
  %v11 = fneg float %v4
  %v12 = and i1 %v10, %v9
  %v13 = select i1 %v12, float %v11, float %v4
  %v14 = xor i1 %v6, true
  %v15 = and i1 %v10, %v14
  %v16 = select i1 %v15, float 0x7FF8000000000000, float %v13
  %v17 = fcmp oeq float %y, 0x0000000000000000
  %v18 = select i1 %v17, float 0x3FF0000000000000, float %v16
  ret float %v18
}

define internal float @nnc.sigmoid(float %x) alwaysinline {
  %v1 = call float @nnc.abs(float %x)
  %v2 = fneg float %v1
  %v3 = call float @nnc.exp(float %v2)
  %v4 = fcmp oge float %x, 0x0000000000000000
  %v5 = select i1 %v4, float 0x3FF0000000000000, float %v3
  %v6 = fadd contract float 0x3FF0000000000000, %v3
  %v7 = fdiv float %v5, %v6
  %v8 = fcmp uno float %x, %x
  %v9 = select i1 %v8, float %x, float %v7
  ret float %v9
}

; A polynomial near zero (Moshier 1992), else 1 - 2 / (e^2x + 1).
define internal float @nnc.tanh(float %x) alwaysinline {
  %v1 = fmul contract float %x, %x
  %v2 = fmul contract float 0xBF775E1D40000000, %v1
  %v3 = fadd contract float %v2, 0x3F952269C0000000
  %v4 = fmul contract float %v3, %v1
  %v5 = fadd contract float %v4, 0xBFAB83C5A0000000
  %v6 = fmul contract float %v5, %v1
  %v7 = fadd contract float %v6, 0x3FC1107260000000
  %v8 = fmul contract float %v7, %v1
  %v9 = fadd contract float %v8, 0xBFD5555320000000
  %v10 = fmul contract float %v9, %v1
  %v11 = fmul contract float %v10, %x
  %v12 = fadd contract float %v11, %x
  %v13 = fmul contract float %x, 0x4000000000000000
  %v14 = call float @nnc.exp(float %v13)
  %v15 = fadd contract float %v14, 0x3FF0000000000000
  %v16 = fdiv float 0x4000000000000000, %v15
  %v17 = fsub contract float 0x3FF0000000000000, %v16
  %v18 = fcmp olt float %v1, 0x3FD9000000000000
  %v19 = select i1 %v18, float %v12, float %v17
  ret float %v19
}

define internal float @nnc.erf(float %x) alwaysinline {
  %v1 = call float @nnc.abs(float %x)
  %v2 = fmul contract float %x, %x
  %v3 = fmul contract float 0xBF43822580000000, %v2
  %v4 = fadd contract float %v3, 0x3F746C12C0000000
  %v5 = fmul contract float %v4, %v2
  %v6 = fadd contract float %v5, 0xBF9B676900000000
  %v7 = fmul contract float %v6, %v2
  %v8 = fadd contract float %v7, 0x3FBCE18FE0000000
  %v9 = fmul contract float %v8, %v2
  %v10 = fadd contract float %v9, 0xBFD8126DC0000000
  %v11 = fmul contract float %v10, %v2
  %v12 = fadd contract float %v11, 0x3FC06EBA60000000
  %v13 = fmul contract float %x, %v12
  %v14 = fadd contract float %v13, %x
  %v15 = fcmp olt float 0x400F9999A0000000, %v1
  %v16 = select i1 %v15, float 0x400F9999A0000000, float %v1
  %v17 = fmul contract float 0xBEE78DD980000000, %v16
  %v18 = fadd contract float %v17, 0x3F3527C6C0000000
  %v19 = fmul contract float %v18, %v16
  %v20 = fadd contract float %v19, 0xBF6DD6CDA0000000
  %v21 = fmul contract float %v20, %v16
  %v22 = fadd contract float %v21, 0x3F985515E0000000
  %v23 = fmul contract float %v22, %v16
  %v24 = fadd contract float %v23, 0xBFBB325740000000
  %v25 = fmul contract float %v24, %v16
  %v26 = fadd contract float %v25, 0xBFE45328E0000000
  %v27 = fmul contract float %v26, %v16
  %v28 = fadd contract float %v27, 0xBFF20EF1C0000000
  %v29 = fmul contract float %v16, %v28
  %v30 = call float @nnc.exp(float %v29)
  %v31 = fsub contract float 0x3FF0000000000000, %v30
  %v32 = fcmp olt float 0x400F851EC0000000, %v1
  %v33 = select i1 %v32, float 0x3FF0000000000000, float %v31
  %v34 = fcmp olt float %x, 0x0000000000000000
  %v35 = fneg float %v33
  %v36 = select i1 %v34, float %v35, float %v33
  %v37 = fcmp uno float %x, %x
  %v38 = select i1 %v37, float %x, float %v36
  %v39 = fcmp olt float %v1, 0x3FEDC28F60000000
  %v40 = select i1 %v39, float %v14, float %v38
  ret float %v40
}

; x less a multiple of two pi, which is given in two parts.
define internal float @nnc.near_zero(float %x) alwaysinline {
  %v1 = fmul contract float %x, 0x3FC45F3060000000
  %v2 = fadd contract float %v1, 0x3FE0000000000000
  %v3 = call float @nnc.floor(float %v2)
  %v4 = fmul contract float %v3, 0x4019200000000000
  %v5 = fsub contract float %x, %v4
  %v6 = fmul contract float %v3, 0x3F5FB54440000000
  %v7 = fsub contract float %v5, %v6
  ret float %v7
}

; Word 0 of Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011).
define internal i32 @nnc.random_bits(i32 %seed, i32 %stream, i32 %step, i32 %position) {
entry:
  %high = ashr i32 %seed, 31
  %above = ashr i32 %position, 31
  br label %round
round:
  %k = phi i32 [ 0, %entry ], [ %k.next, %round ]
  %key0 = phi i32 [ %seed, %entry ], [ %key0.next, %round ]
  %key1 = phi i32 [ %high, %entry ], [ %key1.next, %round ]
  %c0 = phi i32 [ %position, %entry ], [ %c0.next, %round ]
  %c1 = phi i32 [ %above, %entry ], [ %b.low, %round ]
  %c2 = phi i32 [ %step, %entry ], [ %c2.next, %round ]
  %c3 = phi i32 [ %stream, %entry ], [ %a.low, %round ]
  %c0.wide = zext i32 %c0 to i64
  %c2.wide = zext i32 %c2 to i64
  %a = mul i64 %c0.wide, 3528531795
  %b = mul i64 %c2.wide, 3449720151
  %a.low = trunc i64 %a to i32
  %b.low = trunc i64 %b to i32
  %a.shifted = lshr i64 %a, 32
  %b.shifted = lshr i64 %b, 32
  %a.high = trunc i64 %a.shifted to i32
  %b.high = trunc i64 %b.shifted to i32
  %x0 = xor i32 %b.high, %c1
  %c0.next = xor i32 %x0, %key0
  %x2 = xor i32 %a.high, %c3
  %c2.next = xor i32 %x2, %key1
  %key0.next = add i32 %key0, 2654435769
  %key1.next = add i32 %key1, 3144134277
  %k.next = add i32 %k, 1
  %more = icmp ult i32 %k.next, 10
  br i1 %more, label %round, label %done
done:
  ret i32 %c0.next
}

; The top 24 random bits, scaled to [0, 1).
define internal float @nnc.random_uniform(i32 %seed, i32 %stream, i32 %step, i32 %position) {
  %bits = call i32 @nnc.random_bits(i32 %seed, i32 %stream, i32 %step, i32 %position)
  %top = lshr i32 %bits, 8
  %real = uitofp i32 %top to float
  %scaled = fmul float %real, 0x3E70000000000000
  ret float %scaled
}
