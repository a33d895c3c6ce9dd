// Scalar arithmetic of docs/numerics.md that the units share; section numbers are that page's. All is
// combinational: a unit puts its registers between.
package ofpga_math_pkg;

  localparam logic signed [31:0] Int32Min = 32'sh8000_0000;
  localparam logic signed [31:0] Int32Max = 32'sh7fff_ffff;
  // ofpga_pkg's MANTISSA_MAX, repeated so that rtl/lib stands alone; ofpga_matmul checks that they agree.
  localparam int unsigned MantissaMax = 127;

  // -------------------------------------------------------------------------------- section 1
  // 0 for 0, else floor(log2 x) + 1.
  function automatic logic [6:0] bitlen64(logic [63:0] x);
    bitlen64 = '0;
    for (int unsigned i = 0; i < 64; i++) if (x[i]) bitlen64 = 7'(i + 1);
  endfunction

  function automatic logic [5:0] bitlen32(logic [31:0] x);
    bitlen32 = '0;
    for (int unsigned i = 0; i < 32; i++) if (x[i]) bitlen32 = 6'(i + 1);
  endfunction

  // |x|, unsigned, so that the most negative number has one.
  function automatic logic [31:0] magnitude32(logic signed [31:0] x);
    return x[31] ? -x : x;
  endfunction

  function automatic logic [63:0] magnitude64(logic signed [63:0] x);
    return x[63] ? -x : x;
  endfunction

  // Round half up; the caller proves that x + 2^(s - 1) fits.
  function automatic logic signed [63:0] rhu64(logic signed [63:0] x, logic [5:0] s);
    return (x + signed'((64'd1 << s) >> 1)) >>> s;
  endfunction

  function automatic logic signed [31:0] sat32(logic signed [63:0] x);
    if (x[63:31] == '0 || x[63:31] == '1) return x[31:0];
    return x[63] ? Int32Min : Int32Max;
  endfunction

  // sat32(x * 2^e), |x| <= 2^62, -2^17 <= e < 2^17.
  function automatic logic signed [31:0] shift32(logic signed [63:0] x, logic signed [17:0] e);
    if (e < -18'sd62) return '0;
    if (e <= 0) return sat32(rhu64(x, 6'(-e)));
    return shift_left32(x, e > 18'sd31 ? 5'd31 : e[4:0]);
  endfunction

  // sat32(x * 2^e) for 0 <= e <= 31 (what is larger saturates as 31 does, but for x = 0, which stays).
  function automatic logic signed [31:0] shift_left32(logic signed [63:0] x, logic [4:0] e);
    logic signed [63:0] most;
    most = signed'((64'd1 << (5'd31 - e)) - 1);
    if (x > most) return Int32Max;
    if (x < ~most) return Int32Min;
    return x[31:0] <<< e;
  endfunction

  // -------------------------------------------------------------------------------- section 2
  // Exponent that fits a block whose largest magnitude is amax: 0..25.
  function automatic logic [4:0] fit_exponent(logic [31:0] amax);
    logic [5:0] bits;
    logic [4:0] e;
    logic [32:0] rounded;
    bits = bitlen32(amax);
    e = bits > 6'd7 ? 5'(bits - 6'd7) : '0;
    rounded = ({1'b0, amax} + ((33'd1 << e) >> 1)) >> e;
    return rounded > 33'(MantissaMax) ? e + 5'd1 : e;
  endfunction

  // Mantissa of x at exponent e; clamped, which changes nothing unless e is below the one that fits.
  function automatic logic signed [7:0] mantissa(logic signed [31:0] x, logic [4:0] e);
    logic signed [32:0] rounded;
    rounded = (33'(x) + signed'((33'd1 << e) >> 1)) >>> e;
    if (rounded > 33'sd127) return 8'sd127;
    if (rounded < -33'sd127) return -8'sd127;
    return rounded[7:0];
  endfunction

endpackage : ofpga_math_pkg
