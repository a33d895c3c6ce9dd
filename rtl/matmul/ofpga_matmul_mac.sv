// The multipliers of a port: four channels (W8: two) of a K block against all rows each cycle. Never stalls.
//
// The codes of term i meet the DSP cascades i cycles late; that delay is shared by all rows. What is not a code
// and rows that a command does not have enter the cascades as zeros.
module ofpga_matmul_mac
  import ofpga_pkg::*, ofpga_dual_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned KBlocks = 64
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic  flit_valid_i,  // quantised rows
  input  flit_t flit_i,
  input  logic        bank_i,  // of the command whose weights come
  output logic [10:0] blocks_o,  // of that bank that are there in all rows
  input  logic        release_i,  // it is through

  input  logic         code_valid_i,
  input  logic [9:0]   block_i,
  input  mac_control_t control_i,
  input  word_t        word_i,
  input  logic [7:0]   rows_i,  // of the command
  input  logic         w8_i,
  input  logic [CODEBOOK_SIZE-1:0][7:0] codebook_i,

  output logic tile_valid_o,  // the sums of a tile are in its buffer
  output logic tile_error_o,
  input  logic buffer_i,
  input  logic [1:0] lane_i,  // multiplier of the channel, and entry of its sum
  input  logic [1:0] entry_i,
  output acc_t [Rows-1:0] sums_o  // of all rows, in the same cycle
);
  localparam int unsigned AddrBits = $clog2(2 * KBlocks);
  localparam int unsigned DotLatency = TermsMax + 3;

  // ------------------------------------------------------------------------- blocks that are there
  logic [1:0][10:0] blocks_q;
  assign blocks_o = blocks_q[bank_i];

  wire loaded = flit_valid_i && !flit_i.is_scale && flit_i.last_row && flit_i.half;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      blocks_q <= '0;
    end else begin
      if (loaded) blocks_q[flit_i.bank] <= 11'(flit_i.block) + 1'b1;
      if (release_i) blocks_q[bank_i] <= '0;
    end
  end

  localparam logic [AddrBits-1:0] SecondBank = AddrBits'(KBlocks);
  wire [AddrBits-1:0] write_addr = AddrBits'(flit_i.block) + (flit_i.bank ? SecondBank : '0);
  wire [AddrBits-1:0] read_addr = AddrBits'(block_i) + (bank_i ? SecondBank : '0);

  localparam int unsigned ControlLatency = 2 + DotLatency + 1;  // to the multipliers' input
  mac_control_t control_mult, control_shift_q, control_sum_q;
  logic [ControlLatency+1:0] valid_q;

  // ----------------------------------------------------------- codes: 1: word. 2: through the codebook
  word_t word_1q;
  logic w8_1q;
  logic [CODEBOOK_SIZE-1:0][7:0] codebook_1q;
  logic [1:0][TermsMax-1:0][WordChannels-1:0][7:0] codes_2q;  // by half of the block, element

  always_ff @(posedge clk_i) begin
    word_1q <= word_i;
    w8_1q <= w8_i;
    codebook_1q <= codebook_i;
  end

  for (genvar i = 0; i < TermsMax; i++) begin : gen_term
    logic [1:0][WordChannels-1:0][7:0] codes;
    for (genvar c = 0; c < WordChannels; c++) begin : gen_channel
      wire [7:0] pair = word_1q[8*(BLOCK/2*c+i)+:8];
      always_ff @(posedge clk_i) begin
        if (!valid_q[0]) begin
          codes_2q[0][i][c] <= '0;
          codes_2q[1][i][c] <= '0;
        end else if (w8_1q) begin
          codes_2q[0][i][c] <= c < 2 ? word_1q[8*(BLOCK*(c%2)+i)+:8] : '0;
          codes_2q[1][i][c] <= c < 2 ? word_1q[8*(BLOCK*(c%2)+BLOCK/2+i)+:8] : '0;
        end else begin
          codes_2q[0][i][c] <= codebook_1q[pair[3:0]];
          codes_2q[1][i][c] <= codebook_1q[pair[7:4]];
        end
      end
    end
    ofpga_matmul_delay #(
      .Cycles(i),
      .Bits($bits(codes))
    ) u_delay (
      .clk_i,
      .data_i({codes_2q[1][i], codes_2q[0][i]}),
      .data_o(codes)
    );
  end

  logic [1:0][TermsMax-1:0][WordChannels-1:0][7:0] skewed;
  for (genvar i = 0; i < TermsMax; i++) begin : gen_skewed
    assign skewed[0][i] = gen_term[i].codes[0];
    assign skewed[1][i] = gen_term[i].codes[1];
  end

  // ------------------------------------------------------------------------------ control, in step
  ofpga_matmul_delay #(
    .Cycles(ControlLatency),
    .Bits($bits(mac_control_t))
  ) u_control (
    .clk_i,
    .data_i(control_i),
    .data_o(control_mult)
  );

  always_ff @(posedge clk_i) begin
    control_shift_q <= control_mult;
    control_sum_q <= control_shift_q;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[ControlLatency:0], code_valid_i};
  end
  wire sum_valid = valid_q[ControlLatency+1];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) tile_valid_o <= 1'b0;
    else tile_valid_o <= sum_valid && control_sum_q.last_block && control_sum_q.last_part;
  end
  always_ff @(posedge clk_i) tile_error_o <= control_sum_q.error;

  // ----------------------------------------------------------------------------------------- rows
  for (genvar r = 0; r < Rows; r++) begin : gen_row
    ofpga_matmul_mac_row #(
      .Depth(2 * KBlocks),
      .DotLatency(DotLatency)
    ) u_row (
      .clk_i,
      .rst_ni,
      .write_i     (flit_valid_i && !flit_i.is_scale && flit_i.row == 8'(r)),
      .write_addr_i(write_addr),
      .write_half_i(flit_i.half),
      .write_q_i   (flit_i.q),
      .write_rel_i (flit_i.rel),
      .read_i      (code_valid_i && rows_i > 8'(r)),
      .read_addr_i (read_addr),
      .codes_i     (skewed),
      .mults_i     (control_mult.mults),
      .sum_valid_i (sum_valid),
      .sum_part_i  (control_sum_q.part),
      .sum_first_i (control_sum_q.first_block),
      .sum_last_i  (control_sum_q.last_block),
      .sum_buffer_i(control_sum_q.buffer),
      .buffer_i,
      .lane_i,
      .entry_i,
      .sum_o       (sums_o[r])
    );
  end

  wire unused = ^{control_sum_q.mults};
endmodule : ofpga_matmul_mac
