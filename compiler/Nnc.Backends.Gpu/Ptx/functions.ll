; Scalar functions in 32 bits, of what every device has: fused products, roots, floors.

; The lesser; NaN where either is.
define internal float @nnc.minimum(float %x, float %y) alwaysinline {
  %v1 = fcmp olt float %x, %y
  %v2 = fcmp uno float %x, %x
  %v3 = select i1 %v1, i1 true, i1 %v2
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
  %v3 = select i1 %v1, i1 true, i1 %v2
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
  %v9 = select i1 %v6, i1 %v8, i1 false
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

; The size of the first with the sign of the second.
define internal float @nnc.copysign(float %x, float %y) alwaysinline {
  %v1 = bitcast float %x to i32
  %v2 = and i32 %v1, 2147483647
  %v3 = bitcast float %y to i32
  %v4 = and i32 %v3, -2147483648
  %v5 = or i32 %v2, %v4
  %v6 = bitcast i32 %v5 to float
  ret float %v6
}

define internal float @nnc.ceil(float %x) alwaysinline {
  %v1 = fneg float %x
  %v2 = call float @nnc.floor(float %v1)
  %v3 = fneg float %v2
  ret float %v3
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
