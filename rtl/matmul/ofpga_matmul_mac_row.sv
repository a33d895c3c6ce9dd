// One row of a port's multipliers: its quantised blocks, four dot products of 32 terms a cycle, and the sums.
//
// A cascade of 16 DSPs makes the dot products of half a block with two channels; two halves, two pairs of
// channels, which share a cascade if it runs at twice the clock. The sums of a tile are kept in one of two buffers while the next tile is summed.
module ofpga_matmul_mac_row
  import ofpga_dual_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Depth = 128,  // blocks, of both banks
  parameter int unsigned DspClocks = 1,  // 2: the dot products run at clk2x_i
  localparam int unsigned DotLatency = dual_latency(TermsMax, DspClocks),
  localparam int unsigned Cascades = 2 / DspClocks,
  localparam int unsigned AddrBits = $clog2(Depth),
  localparam int unsigned Entries = 4  // sums of a multiplier: W4 has two, W8 four
) (
  input  logic clk_i,
  input  logic clk2x_i,
  input  logic rst_ni,

  input  logic                write_i,
  input  logic [AddrBits-1:0] write_addr_i,
  input  flit_t               flit_i,

  input  logic                read_i,
  input  logic [AddrBits-1:0] read_addr_i,
  input  logic                read_bank_i,

  input  logic [1:0][TermsMax-1:0][Cascades-1:0][1:0][7:0] codes_i,  // of ofpga_dual_skew, 2 after read_i
  input  logic [WordChannels-1:0][7:0] mults_i,  // DotLatency + 3 after read_i

  input  logic       sum_valid_i,  // these: two cycles after mults_i
  input  logic [1:0] sum_part_i,
  input  logic       sum_first_i,
  input  logic       sum_last_i,
  input  logic       sum_buffer_i,

  input  logic                              buffer_i,
  input  logic [1:0]                        lane_i,
  input  logic [1:0]                        entry_i,
  output acc_t                              sum_o
);
  // --------------------------------------------------------------------------- blocks: 1: RAM. 2: out
  typedef struct packed {
    logic [4:0] exponent;
    logic [1:0][TermsMax-1:0][7:0] q;  // by half
  } block_t;

  (* ram_style = "ultra" *) block_t ram_q [Depth];
  block_t block_1q;
  logic [1:0][TermsMax-1:0][7:0] q_2q;
  logic [1:0][4:0] base_q;  // by bank
  logic [4:0] base_1q;
  logic [3:0] rel_2q, rel;
  logic read_q;
  wire [4:0] rel_1 = block_1q.exponent - base_1q;

  always_ff @(posedge clk_i) read_q <= rst_ni && read_i;

  always_ff @(posedge clk_i) begin
    if (write_i) ram_q[write_addr_i] <= '{exponent: flit_i.exponent, q: flit_i.q};
    if (write_i && flit_i.ends_row) base_q[flit_i.bank] <= flit_i.base;
  end

  always_ff @(posedge clk_i) begin
    if (read_i) block_1q <= ram_q[read_addr_i];
    base_1q <= base_q[read_bank_i];
    q_2q <= read_q ? block_1q.q : '0;
    rel_2q <= rel_1[3:0];  // 0 to 15, or the block is zero
  end

  ofpga_delay #(
    .Cycles(DotLatency + 2),
    .Bits(4)
  ) u_rel (
    .clk_i,
    .data_i(rel_2q),
    .data_o(rel)
  );

  wire unused = rel_1[4];

  // --------------------------------------------------------------------------------- dot products
  packed_sum_t [1:0][WordChannels/2-1:0] dots;  // by half of the block, pair of channels

  for (genvar h = 0; h < 2; h++) begin : gen_dot
    ofpga_dual_cascade #(
      .Terms (TermsMax),
      .Clocks(DspClocks)
    ) u_cascade (
      .clk_i,
      .clk2x_i,
      .a_i   (codes_i[h]),
      .b_i   (q_2q[h]),
      .sums_o(dots[h])
    );
  end

  // --------------------------------------------- dot of both halves, * multiplier, << exponent, sum
  for (genvar c = 0; c < WordChannels; c++) begin : gen_channel
    sums_t low, high;
    logic signed [19:0] dot_q;
    logic signed [27:0] scaled_q;
    logic signed [42:0] shifted_q;
    acc_t sums_q [Entries];
    acc_t kept_q [Buffers * Entries];
    acc_t sum;

    assign low = split(dots[0][c/2]);
    assign high = split(dots[1][c/2]);
    assign sum = (sum_first_i ? '0 : sums_q[sum_part_i]) + 53'(shifted_q);

    always_ff @(posedge clk_i) begin
      dot_q <= c % 2 == 0 ? 20'(low.low) + 20'(high.low) : 20'(low.high) + 20'(high.high);
      scaled_q <= 28'(dot_q) * signed'({20'b0, mults_i[c]});
      shifted_q <= 43'(scaled_q) <<< rel;
      if (sum_valid_i) begin
        sums_q[sum_part_i] <= sum;
        if (sum_last_i) kept_q[{sum_buffer_i, sum_part_i}] <= sum;
      end
    end

  end

  acc_t [WordChannels-1:0] kept;
  for (genvar c = 0; c < WordChannels; c++) begin : gen_kept
    assign kept[c] = gen_channel[c].kept_q[{buffer_i, entry_i}];
  end
  assign sum_o = kept[lane_i];
endmodule : ofpga_matmul_mac_row
