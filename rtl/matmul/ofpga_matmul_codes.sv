`include "ofpga_assert.svh"

// Words of weights to what the DSP cascades of all rows share: codes through the codebook, each term as late as its
// DSP wants it. With Clocks = 2 the two pairs of channels take turns, a half of the cycle each, also in the codebook.
//
// Byte 16 j + i of a word belongs to term i: W4, the codes of channel j, of both halves of the block; W8, channel j / 2,
// half j % 2. What is no code comes out as anything.
module ofpga_matmul_codes
  import ofpga_pkg::*, ofpga_dual_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Clocks = 1,  // of the DSPs in a cycle: 1 or 2
  localparam int unsigned Cascades = 2 / Clocks
) (
  input  logic clk_i,
  input  logic clk2x_i,  // twice clk_i, their edges together; unused if Clocks is 1
  input  logic rst_ni,

  input  logic job_valid_i,  // a command, in their order
  input  logic [CODEBOOK_SIZE-1:0][7:0] job_codebook_i,
  input  logic bank_i,  // of the command whose weights come
  output logic ready_o,  // its codebook is there
  input  logic release_i,  // it is through

  input  logic  word_valid_i,
  input  word_t word_i,
  input  logic  word_bank_i,  // of its command: a cycle after bank_i
  input  logic  word_w8_i,

  // By half of the block, term, turn, channel. Two cycles later, and 1 / Clocks more a term.
  output logic [1:0][TermsMax-1:0][Cascades-1:0][1:0][7:0] codes_o
);
  localparam int unsigned Lines = TermsMax / Clocks;  // terms that are equally late share one
  localparam int unsigned Bytes = WordChannels / Clocks;  // of a term that are looked up at once
  localparam int unsigned Readers = 2 * TermsMax * Bytes;

  typedef struct packed {
    logic bank;
    logic w8;
  } kind_t;

  word_t word_q;
  kind_t [Lines:0] kind_q;  // of the words before, the last first
  always_ff @(posedge clk_i) begin
    word_q <= word_i;
    kind_q <= {kind_q[Lines-1:0], kind_t'{bank: word_bank_i, w8: word_w8_i}};
  end

  logic [TermsMax-1:0][Bytes-1:0][1:0] banks;  // by half of the block
  logic [TermsMax-1:0][Bytes-1:0][1:0][3:0] codes;
  logic [TermsMax-1:0][Bytes-1:0][1:0][7:0] values;

  ofpga_matmul_codebook #(
    .Readers(Readers),
    .LateBy (Lines + 2)
  ) u_codebook (
    .clk_i,
    .rst_ni,
    .job_valid_i,
    .job_codebook_i,
    .bank_i,
    .ready_o,
    .release_i,
    .code_valid_i(word_valid_i && !word_w8_i),
    .code_bank_i (word_bank_i),
    .banks_i (banks),
    .codes_i (codes),
    .values_o(values)
  );

  logic [TermsMax-1:0][3:0][7:0] bytes;
  for (genvar i = 0; i < TermsMax; i++) begin : gen_line
    ofpga_delay #(
      .Cycles(i / Clocks),
      .Bits  (32)
    ) u_delay (
      .clk_i,
      .data_i({word_q[8*(48+i)+:8], word_q[8*(32+i)+:8], word_q[8*(16+i)+:8], word_q[8*i+:8]}),
      .data_o(bytes[i])
    );
  end

  if (Clocks == 1) begin : gen_single
    for (genvar i = 0; i < TermsMax; i++) begin : gen_term
      assign codes[i] = bytes[i];
      assign banks[i] = {2 * Bytes{kind_q[i].bank}};
      for (genvar h = 0; h < 2; h++) begin : gen_half
        for (genvar c = 0; c < WordChannels; c++) begin : gen_channel
          always_ff @(posedge clk_i) begin
            codes_o[h][i][c/2][c%2] <= c < 2 && kind_q[i].w8 ? bytes[i][2*(c%2)+h] : values[i][c][h];
          end
        end
      end
    end
    wire unused = clk2x_i ^ (^kind_q[Lines]);
  end else begin : gen_double
    logic first;
    ofpga_dual_phase u_phase (
      .clk_i,
      .clk2x_i,
      .rst_ni,
      .first_o(first)
    );

    for (genvar i = 0; i < TermsMax; i++) begin : gen_term
      logic bank_q;
      logic [Bytes-1:0][7:0] turn_q;
      logic [Bytes-1:0][1:0][7:0] values_q;
      logic [1:0][1:0][7:0] chosen_q;  // by half, channel
      logic [3:0][7:0] late_q;

      always_ff @(posedge clk_i) late_q <= bytes[i];
      always_ff @(posedge clk2x_i) begin
        turn_q <= first ? bytes[i][1:0] : bytes[i][3:2];
        bank_q <= kind_q[i/2].bank;
        values_q <= values[i];
      end
      assign codes[i] = turn_q;
      assign banks[i] = {2 * Bytes{bank_q}};

      // W8 has two channels: the second pair is not looked at.
      for (genvar h = 0; h < 2; h++) begin : gen_half
        for (genvar c = 0; c < 2; c++) begin : gen_channel
          always_ff @(posedge clk2x_i) begin
            chosen_q[h][c] <= kind_q[i/2+1].w8 ? late_q[2*c+h] : values_q[c][h];
          end
        end
        ofpga_delay #(
          .Cycles(i % 2),
          .Bits  (16)
        ) u_half (
          .clk_i (clk2x_i),
          .data_i(chosen_q[h]),
          .data_o(codes_o[h][i])
        );
      end
    end
  end

  `OFPGA_ASSERT(WeightsInRange, !(word_valid_i && word_w8_i) || in_range(word_i))
endmodule : ofpga_matmul_codes
