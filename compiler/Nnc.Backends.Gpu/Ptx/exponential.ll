; Exponentials and logarithms in 32 bits, within two units in the last place. Polynomials as in the processor's kernels; see MathWriter
; there for their sources.

; e^x = 2^n e^r with |r| at most half of ln 2 (Moshier 1992); the power of two in two factors, so that neither overflows and what
; is smaller than normal numbers keeps its digits.
define internal float @nnc.exp(float %x) alwaysinline {
  %v1 = fcmp olt float %x, 0xC05A200000000000
  %v2 = select i1 %v1, float 0xC05A200000000000, float %x
  %v3 = fcmp olt float 0x4056400000000000, %v2
  %v4 = select i1 %v3, float 0x4056400000000000, float %v2
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
  %v37 = fcmp uno float %x, %x
  %v38 = select i1 %v37, float %x, float %v36
  ret float %v38
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
  %v9 = select i1 %v7, i1 %v8, i1 false
  %v10 = select i1 %v9, float %v6, float %v4
  %v11 = fcmp oeq float %v1, 0x3FF0000000000000
  %v12 = select i1 %v11, float %x, float %v10
  ret float %v12
}

; ln x as a sum of two numbers, for finite x above zero: e ln 2 + 2 artanh q with q = (m - 1) / (m + 1), whose series is cut where
; the terms are below 2^-34 (Dekker 1971 for the sums).
define internal { float, float } @nnc.log_pair(float %x) alwaysinline {
  %v1 = fcmp olt float %x, 0x3810000000000000
  %v2 = fmul float %x, 0x4160000000000000
  %v3 = select i1 %v1, float %v2, float %x
  %v4 = bitcast float %v3 to i32
  %v5 = sub i32 %v4, 1060439283
  %v6 = ashr i32 %v5, 23
  %v7 = shl i32 %v6, 23
  %v8 = sub i32 %v4, %v7
  %v9 = bitcast i32 %v8 to float
  %v10 = sitofp i32 %v6 to float
  %v11 = select i1 %v1, float 0x4037000000000000, float 0x0000000000000000
  %v12 = fsub float %v10, %v11
  %v13 = fsub float %v9, 0x3FF0000000000000
  %v14 = fadd float %v9, 0x3FF0000000000000
  %v15 = fdiv float 0x3FF0000000000000, %v14
  %v16 = fmul float %v13, %v15
  %v17 = fneg float %v16
  %v18 = call float @nnc.fma(float %v16, float 0xC000000000000000, float %v13)
  %v19 = call float @nnc.fma(float %v17, float %v13, float %v18)
  %v20 = fmul float %v19, %v15
  %v21 = fmul float %v16, %v16
  %v22 = fadd float %v16, %v16
  %v23 = fneg float %v21
  %v24 = call float @nnc.fma(float %v16, float %v16, float %v23)
  %v25 = call float @nnc.fma(float %v22, float %v20, float %v24)
  %v26 = call float @nnc.fma(float 0x3FC3B13B20000000, float %v21, float 0x3FC745D180000000)
  %v27 = call float @nnc.fma(float %v26, float %v21, float 0x3FCC71C720000000)
  %v28 = call float @nnc.fma(float %v27, float %v21, float 0x3FD24924A0000000)
  %v29 = call float @nnc.fma(float %v28, float %v21, float 0x3FD99999A0000000)
  %v30 = fmul float %v21, %v29
  %v31 = fadd float %v30, 0x3FE5555560000000
  %v32 = fsub float %v31, 0x3FE5555560000000
  %v33 = fsub float %v30, %v32
  %v34 = fadd float %v33, 0xBE55555560000000
  %v35 = fmul float %v21, %v31
  %v36 = fneg float %v35
  %v37 = call float @nnc.fma(float %v21, float %v31, float %v36)
  %v38 = call float @nnc.fma(float %v25, float %v31, float %v37)
  %v39 = call float @nnc.fma(float %v21, float %v34, float %v38)
  %v40 = fmul float %v16, %v35
  %v41 = fneg float %v40
  %v42 = call float @nnc.fma(float %v16, float %v35, float %v41)
  %v43 = call float @nnc.fma(float %v20, float %v35, float %v42)
  %v44 = call float @nnc.fma(float %v16, float %v39, float %v43)
  %v45 = fadd float %v16, %v16
  %v46 = fmul float %v12, 0x3FE62E4000000000
  %v47 = fadd float %v46, %v45
  %v48 = fsub float %v47, %v46
  %v49 = fsub float %v45, %v48
  %v50 = fadd float %v47, %v40
  %v51 = fsub float %v50, %v47
  %v52 = fsub float %v40, %v51
  %v53 = fadd float %v49, %v44
  %v54 = call float @nnc.fma(float %v12, float 0x3EB7F7D1C0000000, float %v53)
  %v55 = call float @nnc.fma(float %v20, float 0x4000000000000000, float %v52)
  %v56 = fadd float %v54, %v55
  %v57 = fadd float %v50, %v56
  %v58 = fsub float %v57, %v50
  %v59 = fsub float %v56, %v58
  %v60 = insertvalue { float, float } undef, float %v57, 0
  %v61 = insertvalue { float, float } %v60, float %v59, 1
  ret { float, float } %v61
}

; x^y = e^(y ln |x|), the exponent as a sum of two numbers, since its error grows with it; negative for odd powers of what has a sign.
define internal float @nnc.power(float %x, float %y) alwaysinline {
  %v1 = call float @nnc.abs(float %x)
  %v2 = call { float, float } @nnc.log_pair(float %v1)
  %v3 = extractvalue { float, float } %v2, 0
  %v4 = extractvalue { float, float } %v2, 1
  %v5 = fcmp olt float %v1, 0x7FF0000000000000
  %v6 = fcmp oeq float %v1, 0x0000000000000000
  %v7 = select i1 %v5, float %v3, float 0x7FF0000000000000
  %v8 = select i1 %v6, float 0xFFF0000000000000, float %v7
  %v9 = fmul float %y, %v8
  %v10 = fneg float %v9
  %v11 = call float @nnc.fma(float %y, float %v8, float %v10)
  %v12 = call float @nnc.fma(float %y, float %v4, float %v11)
  %v13 = call float @nnc.exp(float %v9)
  %v14 = call float @nnc.fma(float %v13, float %v12, float %v13)
  %v15 = fcmp olt float %v13, 0x7FF0000000000000
  %v16 = call float @nnc.abs(float %v9)
  %v17 = fcmp olt float %v16, 0x4069000000000000
  %v18 = select i1 %v15, i1 %v17, i1 false
  %v19 = select i1 %v18, float %v14, float %v13
  %v20 = fcmp oeq float %v1, 0x3FF0000000000000
  %v21 = fcmp ord float %y, %y
  %v22 = select i1 %v20, i1 %v21, i1 false
  %v23 = select i1 %v22, float 0x3FF0000000000000, float %v19
  %v24 = call float @nnc.floor(float %y)
  %v25 = fcmp oeq float %v24, %y
  %v26 = fmul float %y, 0x3FE0000000000000
  %v27 = call float @nnc.floor(float %v26)
  %v28 = fcmp une float %v27, %v26
  %v29 = select i1 %v25, i1 %v28, i1 false
  %v30 = call float @nnc.copysign(float %v23, float %x)
  %v31 = select i1 %v29, float %v30, float %v23
  %v32 = fcmp olt float %x, 0x0000000000000000
  %v33 = xor i1 %v25, true
  %v34 = select i1 %v5, i1 %v33, i1 false
  %v35 = select i1 %v32, i1 %v34, i1 false
  %v36 = select i1 %v35, float 0x7FF8000000000000, float %v31
  %v37 = fcmp oeq float %y, 0x0000000000000000
  %v38 = fcmp oeq float %x, 0x3FF0000000000000
  %v39 = select i1 %v37, i1 true, i1 %v38
  %v40 = fcmp uno float %x, %y
  %v41 = fadd float %x, %y
  %v42 = select i1 %v40, float %v41, float %v36
  %v43 = select i1 %v39, float 0x3FF0000000000000, float %v42
  ret float %v43
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

; A polynomial near zero (Moshier 1992), else 1 - 2 / (e^2|x| + 1) with the sign of x.
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
  %v13 = call float @nnc.abs(float %x)
  %v14 = fmul contract float %v13, 0x4000000000000000
  %v15 = call float @nnc.exp(float %v14)
  %v16 = fadd contract float %v15, 0x3FF0000000000000
  %v17 = fdiv float 0x4000000000000000, %v16
  %v18 = fsub contract float 0x3FF0000000000000, %v17
  %v19 = fcmp olt float %v1, 0x3FD9000000000000
  %v20 = select i1 %v19, float %v12, float %v18
  %v21 = call float @nnc.copysign(float %v20, float %x)
  ret float %v21
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
