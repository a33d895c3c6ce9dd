`include "ofpga_assert.svh"

// Takes a port's words of weights apart: channel records, multipliers, codes. A word each cycle, unless the
// rows are not there yet or the sums of earlier tiles were not taken. Code words go by twos, to each group of the
// command's rows in turn: so a word of weights is taken once for all of them.
module ofpga_matmul_parser
  import ofpga_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Groups = 1  // of rows, at most
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic  word_valid_i,
  output logic  word_ready_o,
  input  word_t word_i,
  input  logic  word_error_i,

  output logic        bank_o,  // of quantised rows
  input  logic        ready_i,  // all of them are there
  output logic        release_o,  // the command is through

  output logic  record_valid_o,
  input  logic  record_ready_i,
  output word_t record_o,

  output logic         code_valid_o,
  output logic [9:0]   block_o,
  output mac_control_t control_o,
  output word_t        code_o,

  input  logic tile_done_i  // the sums of a tile were taken
);
  typedef enum logic [1:0] {
    Record,
    Multipliers,
    Codes
  } expect_e;

  expect_e expect_q;
  logic bank_q, buffer_q, error_q;
  logic [1:0] part_q, waiting_q;  // waiting: tiles whose sums are made or kept
  logic [9:0] block_q;
  group_t group;
  logic [31:0] round_q;
  logic [GROUP_BLOCKS-1:0][TILE_CHANNELS-1:0][7:0] multipliers_q;

  wire last_part = part_q == (job_i.w8 ? 2'd3 : 2'd1);
  wire last_group = group == job_i.last_group;
  wire last_block = 11'(block_q) == job_i.k_blocks - 1'b1;
  wire last_round = round_q == job_i.rounds - 1;
  wire begins_sums = last_block && part_q == '0 && group == '0;  // that a buffer must have room for
  wire fits = ready_i && !(begins_sums && waiting_q == 2'(Buffers));

  logic able;
  always_comb begin
    unique case (expect_q)
      Record: able = record_ready_i;
      Multipliers: able = 1'b1;
      default: able = fits;
    endcase
  end

  wire taken = job_valid_i && word_valid_i && able;
  wire ends_tile = taken && expect_q == Codes && last_part && last_block && last_group;

  // The first of two words is kept, the second one waits, until the last group has had them.
  assign word_ready_o = job_valid_i && able && (expect_q != Codes || (part_q[0] ? last_group : group == '0));
  assign job_ready_o = ends_tile && last_round;
  assign release_o = job_ready_o;
  assign bank_o = bank_q;
  assign record_valid_o = job_valid_i && word_valid_i && expect_q == Record;
  assign record_o = word_i;
  assign code_valid_o = taken && expect_q == Codes;
  assign block_o = block_q;

  always_comb begin
    control_o = '{
      part: part_q,
      group: group,
      first_block: block_q == '0,
      last_block: last_block,
      last_part: last_part && last_group,
      buffer: buffer_q,
      error: error_q || word_error_i,
      mults: '0
    };
    for (int unsigned c = 0; c < WordChannels; c++) begin
      control_o.mults[c] = multipliers_q[block_q[$clog2(GROUP_BLOCKS)-1:0]][
          job_i.w8 ? {part_q, c[0]} : {part_q[0], c[1:0]}];
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      expect_q <= Record;
      bank_q <= 1'b0;
      buffer_q <= 1'b0;
      error_q <= 1'b0;
      part_q <= '0;
      waiting_q <= '0;
      block_q <= '0;
      round_q <= '0;
    end else begin
      waiting_q <= waiting_q - 2'(tile_done_i) +
                   2'(taken && expect_q == Codes && begins_sums);
      if (taken) begin
        error_q <= (error_q || word_error_i) && !job_ready_o;
        unique case (expect_q)
          Record: expect_q <= Multipliers;
          Multipliers: expect_q <= Codes;
          default: begin
            if (part_q[0] && !last_group) part_q[0] <= 1'b0;
            else part_q <= last_part ? '0 : part_q + 1'b1;
            if (last_part && last_group) begin
              block_q <= last_block ? '0 : block_q + 1'b1;
              if (last_block) expect_q <= Record;
              else if (&block_q[$clog2(GROUP_BLOCKS)-1:0]) expect_q <= Multipliers;
            end
          end
        endcase
        if (ends_tile) begin
          buffer_q <= !buffer_q;
          round_q <= last_round ? '0 : round_q + 1;
          if (last_round) bank_q <= !bank_q;
        end
      end
    end
  end

  always_ff @(posedge clk_i) if (taken && expect_q == Multipliers) multipliers_q <= word_i;

  if (Groups > 1) begin : gen_groups
    word_t first_q;
    group_t group_q;

    always_ff @(posedge clk_i) begin
      if (!rst_ni) group_q <= '0;
      else if (code_valid_o && part_q[0]) group_q <= last_group ? '0 : group_q + 1'b1;
    end
    always_ff @(posedge clk_i) if (code_valid_o && !part_q[0]) first_q <= code_o;
    assign group = group_q;
    assign code_o = group_q != '0 && !part_q[0] ? first_q : word_i;
  end else begin : gen_group
    assign group = '0;
    assign code_o = word_i;
  end

  `OFPGA_ASSERT(SumsFit, int'(waiting_q) <= int'(Buffers))
  `OFPGA_ASSERT(GroupsFit, !job_valid_i || 32'(job_i.last_group) < Groups)
  `OFPGA_ASSERT_HOLD(RecordHolds, record_valid_o, record_ready_i, record_o)
endmodule : ofpga_matmul_parser
