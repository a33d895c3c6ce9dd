// The multipliers of a port: four channels (W8: two) of a K block against a group of rows each cycle. Never stalls.
//
// The codes of term i meet the DSP cascades i cycles late; that delay is shared by all rows. Blocks of rows that a
// command does not have are zeros; what is made of words that are no codes is not summed.
module ofpga_matmul_mac
  import ofpga_pkg::*, ofpga_dual_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Rows = 4,  // of a command
  parameter int unsigned MacRows = 4,  // multiplied at once: a group
  parameter int unsigned KBlocks = 64,
  parameter int unsigned DspClocks = 1  // 2: the dot products run at clk2x_i; the same cycles either way
) (
  input  logic clk_i,
  input  logic clk2x_i,
  input  logic rst_ni,

  input  logic job_valid_i,  // a command, in their order
  input  logic [CODEBOOK_SIZE-1:0][7:0] job_codebook_i,

  input  logic  flit_valid_i,  // quantised rows
  input  flit_t flit_i,
  input  logic        bank_i,  // of the command whose weights come
  output logic        ready_o,  // all rows of that bank, and its codebook, are there
  input  logic        release_i,  // it is through

  input  logic         code_valid_i,
  input  logic [9:0]   block_i,
  input  mac_control_t control_i,
  input  word_t        word_i,
  input  logic [7:0]   rows_i,  // of the command
  input  group_t       last_group_i,
  input  logic         w8_i,

  output logic tile_valid_o,  // the sums of a tile are in its buffer
  output logic tile_error_o,
  input  logic buffer_i,
  input  group_t group_i,
  input  logic [1:0] lane_i,  // multiplier of the channel, and entry of its sum
  input  logic [1:0] entry_i,
  output acc_t [MacRows-1:0] sums_o  // of all rows of the group, in the same cycle
);
  localparam int unsigned Groups = (Rows + MacRows - 1) / MacRows;
  localparam int unsigned DotLatency = dual_latency(TermsMax, DspClocks);
  localparam int unsigned SumLatency = 2 + DotLatency + block_latency(DspClocks);  // from stage 0 to the sums
  localparam int unsigned Spare = 2 + dual_latency(TermsMax, 1) + block_latency(1) - SumLatency;  // with two clocks

  // ------------------------------------------------------------------------- rows. 0: codes, as late
  logic [MacRows-1:0][BLOCK-1:0][7:0] q;
  logic [MacRows-1:0][3:0] rel;
  logic rows_ready, codebook_ready, code_valid_0q, bank_0q, w8_0q;
  mac_control_t control_0q;
  word_t word_0q;

  assign ready_o = rows_ready && codebook_ready;

  ofpga_matmul_rows #(
    .Rows   (Rows),
    .MacRows(MacRows),
    .KBlocks(KBlocks)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .flit_valid_i,
    .flit_i,
    .bank_i,
    .ready_o     (rows_ready),
    .release_i,
    .read_i      (code_valid_i && !control_i.part[0]),
    .block_i,
    .group_i     (control_i.group),
    .last_group_i,
    .rows_i,
    .q_o         (q),
    .rel_o       (rel)
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) code_valid_0q <= 1'b0;
    else code_valid_0q <= code_valid_i;
  end

  always_ff @(posedge clk_i) begin
    control_0q <= control_i;
    word_0q <= word_i;
    w8_0q <= w8_i;
    bank_0q <= bank_i;
  end

  // ------------------------------------------------------------------------------------------ codes
  logic [1:0][TermsMax-1:0][2/DspClocks-1:0][1:0][7:0] codes;

  ofpga_matmul_codes #(
    .Clocks(DspClocks)
  ) u_codes (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .job_valid_i,
    .job_codebook_i,
    .bank_i,
    .ready_o   (codebook_ready),
    .release_i,
    .word_valid_i(code_valid_0q),
    .word_i    (word_0q),
    .word_bank_i(bank_0q),
    .word_w8_i (w8_0q),
    .codes_o   (codes)
  );

  // ------------------------------------------------------------------------------ control, in step
  mac_control_t control_sum;
  logic [SumLatency-1:0] valid_q;

  ofpga_delay #(
    .Cycles(SumLatency),
    .Bits($bits(mac_control_t))
  ) u_control (
    .clk_i,
    .data_i(control_0q),
    .data_o(control_sum)
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[SumLatency-2:0], code_valid_0q};
  end
  wire sum_valid = valid_q[SumLatency-1];

  logic [Spare:0] tile_q, error_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) tile_q <= '0;
    else tile_q <= (Spare + 1)'({tile_q, sum_valid && control_sum.last_block && control_sum.last_part});
  end
  always_ff @(posedge clk_i) error_q <= (Spare + 1)'({error_q, control_sum.error});
  assign tile_valid_o = tile_q[Spare];
  assign tile_error_o = error_q[Spare];

  // ------------------------------------------------------------------------------------ multipliers
  logic [WordChannels/2-1:0][1:0][7:0] mults;
  logic [2/DspClocks-1:0][1:0][7:0] row_mults;

  ofpga_delay #(
    .Cycles(2 + DotLatency + 2 - DspClocks),
    .Bits($bits(mults))
  ) u_mults (
    .clk_i,
    .data_i(control_0q.mults),
    .data_o(mults)
  );

  if (DspClocks == 1) begin : gen_single
    assign row_mults = mults;
  end else begin : gen_double
    logic first;
    ofpga_dual_phase u_phase (
      .clk_i,
      .clk2x_i,
      .rst_ni,
      .first_o(first)
    );
    always_ff @(posedge clk2x_i) row_mults <= first ? mults[0] : mults[1];
  end

  // ----------------------------------------------------------------------------------------- rows
  for (genvar r = 0; r < MacRows; r++) begin : gen_row
    ofpga_matmul_mac_row #(
      .Groups(Groups),
      .DspClocks(DspClocks)
    ) u_row (
      .clk_i,
      .clk2x_i,
      .q_i         (q[r]),
      .rel_i       (rel[r]),
      .codes_i     (codes),
      .mults_i     (row_mults),
      .sum_valid_i (sum_valid),
      .sum_part_i  (control_sum.part),
      .sum_group_i (control_sum.group),
      .sum_first_i (control_sum.first_block),
      .sum_last_i  (control_sum.last_block),
      .sum_buffer_i(control_sum.buffer),
      .buffer_i,
      .group_i,
      .lane_i,
      .entry_i,
      .sum_o       (sums_o[r])
    );
  end

  wire unused = ^{control_sum.mults};
endmodule : ofpga_matmul_mac
