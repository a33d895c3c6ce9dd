`include "ofpga_assert.svh"

// The codebooks of two commands, by bank, looked up by all of a word's codes at once. The next command's is written
// while this one's is read: an entry a cycle.
//
// A distributed RAM of two bits has a port to write and seven to read; four of them are a copy of the codebooks.
module ofpga_matmul_codebook
  import ofpga_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Readers = 64,
  parameter int unsigned LateBy = 10  // cycles after release_i in which codes of the command still come
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,  // a command, in their order
  input  logic [CODEBOOK_SIZE-1:0][7:0] job_codebook_i,
  input  logic bank_i,  // of the command whose weights come
  output logic ready_o,  // its codebook is there
  input  logic release_i,  // it is through

  input  logic code_valid_i,  // a word of W4 is about to be looked up: to check its codebook
  input  logic code_bank_i,

  input  logic [Readers-1:0]      banks_i,
  input  logic [Readers-1:0][3:0] codes_i,
  output logic [Readers-1:0][7:0] values_o  // in the same cycle
);
  localparam int unsigned CopyReaders = 7;
  localparam int unsigned Copies = (Readers + CopyReaders - 1) / CopyReaders;

  // ------------------------------------------------------------------------------------------ write
  logic [CODEBOOK_SIZE-1:0][7:0] codebook;
  logic codebook_valid, codebook_ready, bank_q;
  logic [1:0] there_q, free_q;
  logic [LateBy-1:0] released_q, released_bank_q;
  logic [3:0] entry_q;

  // As many as the commands that wait for their words.
  ofpga_fifo #(
    .Depth(JobsAhead),
    .T(logic [CODEBOOK_SIZE-1:0][7:0])
  ) u_codebooks (
    .clk_i,
    .rst_ni,
    .valid_i(job_valid_i),
    .ready_o(codebook_ready),
    .data_i (job_codebook_i),
    .valid_o(codebook_valid),
    .ready_i(&entry_q),
    .data_o (codebook),
    .level_o()
  );

  wire write = codebook_valid && free_q[bank_q];
  wire [7:0] entry = codebook[entry_q];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      there_q <= '0;
      free_q <= '1;
      bank_q <= 1'b0;
      entry_q <= '0;
      released_q <= '0;
    end else begin
      released_q <= LateBy'({released_q, release_i});
      if (release_i) there_q[bank_i] <= 1'b0;
      if (released_q[LateBy-1]) free_q[released_bank_q[LateBy-1]] <= 1'b1;
      if (write) entry_q <= entry_q + 1'b1;
      if (&entry_q) begin
        there_q[bank_q] <= 1'b1;
        free_q[bank_q] <= 1'b0;
        bank_q <= !bank_q;
      end
    end
  end
  always_ff @(posedge clk_i) released_bank_q <= LateBy'({released_bank_q, bank_i});
  assign ready_o = there_q[bank_i];

  // ------------------------------------------------------------------------------------------- read
  for (genvar c = 0; c < Copies; c++) begin : gen_copy
    (* ram_style = "distributed" *) logic [7:0] values_q [2*CODEBOOK_SIZE];
    always_ff @(posedge clk_i) if (write) values_q[{bank_q, entry_q}] <= entry;
    for (genvar r = CopyReaders * c; r < CopyReaders * (c + 1) && r < Readers; r++) begin : gen_reader
      assign values_o[r] = values_q[{banks_i[r], codes_i[r]}];
    end
  end

`ifndef SYNTHESIS
  logic [1:0] wild_q;  // by bank: it has an entry that no DSP may see
  always_ff @(posedge clk_i) begin
    if (write) wild_q[bank_q] <= entry == 8'h80 || (wild_q[bank_q] && entry_q != '0);
  end
`endif
  `OFPGA_ASSERT(CodesInRange, !code_valid_i || !wild_q[code_bank_i])
  `OFPGA_ASSUME(JobsFit, !job_valid_i || codebook_ready)
endmodule : ofpga_matmul_codebook
