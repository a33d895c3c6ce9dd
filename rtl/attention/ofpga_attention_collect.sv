`include "ofpga_assert.svh"

// Results of heads side by side, two elements of each a cycle, to words in memory's order. A set,
// one lane of the heads in all slots, is kept until it is complete and leaves head by head.
//
//   results -> slot i waits i cycles -> words, at most one complete a cycle -> two sets -> writer
module ofpga_attention_collect
  import ofpga_pkg::*;
#(
  parameter int unsigned Slots = 2,  // 1 to 8
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned OutWords = 64,  // that fit the writer
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input logic [3:0] head_blocks_i,

  output logic             set_ready_o,  // there is room for a set
  input  logic             set_valid_i,  // one begins
  input  logic [Slots-1:0] set_exists_i,  // its slots that have a head

  input logic                        valid_i,
  input logic [BlockIndexBits-1:0]   block_i,  // in order
  input logic [3:0]                  pair_i,  // of the block, in order
  input logic [Slots-1:0][1:0][31:0] results_i,

  output logic         word_valid_o,  // only while the writer has room
  output logic [511:0] word_o,
  input  logic         word_left_i  // a word has left the writer
);
  localparam int unsigned SlotBits = Slots > 1 ? $clog2(Slots) : 1;

  typedef struct packed {
    logic                      bank;
    logic [SlotBits-1:0]       slot;
    logic [BlockIndexBits-1:0] block;
    logic                      half;
  } place_t;

  // 32 words are not worth eight block RAMs, which a small device is short of.
  (* ram_style = Slots > 1 ? "block" : "distributed" *) logic [511:0] sets_q [2**$bits(place_t)];

  // --------------------------------------------------------------------------------- to whole words
  logic [Slots-1:0][511:0] words_q;
  logic [Slots-1:0] complete_q;  // the slot's word
  logic last_q;  // word of its set
  place_t fill;
  logic fill_bank_q, fill_half_q;
  logic [BlockIndexBits-1:0] fill_block_q;

  wire word_ends = valid_i && pair_i[2:0] == '1;
  wire set_complete = complete_q[Slots-1] && last_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      complete_q <= '0;
      fill_bank_q <= 1'b0;
    end else begin
      complete_q <= Slots'({complete_q, word_ends});
      if (set_complete) fill_bank_q <= !fill_bank_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (word_ends) begin
      fill_block_q <= block_i;
      fill_half_q <= pair_i[3];
      last_q <= pair_i[3] && 4'(block_i) == head_blocks_i - 4'd1;
    end
  end

  for (genvar i = 0; i < Slots; i++) begin : gen_slot
    logic valid;
    logic [1:0][31:0] results;
    ofpga_delay #(
      .Cycles(i),
      .Bits  (65)
    ) u_delay (
      .clk_i,
      .data_i({valid_i, results_i[i]}),
      .data_o({valid, results})
    );
    always_ff @(posedge clk_i) if (valid) words_q[i] <= {results, words_q[i][511:64]};
  end

  always_comb begin
    fill = '{bank: fill_bank_q, slot: '0, block: fill_block_q, half: fill_half_q};
    for (int unsigned i = 0; i < Slots; i++) if (complete_q[i]) fill.slot |= SlotBits'(i);
  end

  always_ff @(posedge clk_i) if (complete_q != '0) sets_q[fill] <= words_q[fill.slot];

  // ------------------------------------------------------------------------------ and to the writer
  logic [1:0] here_q, whole_q;  // sets that have begun, that are complete
  logic [1:0][Slots-1:0] exists_q;
  logic begin_bank_q;
  place_t leave_q;
  logic [$clog2(OutWords+1)-1:0] room_q;
  logic [1:0] read_q;
  logic [511:0] latch_q;

  wire exists = exists_q[leave_q.bank][leave_q.slot];
  wire reads = whole_q != '0 && exists && room_q != '0;
  wire head_ends = reads && leave_q.half && 4'(leave_q.block) == head_blocks_i - 4'd1;
  wire slot_ends = head_ends || (whole_q != '0 && !exists);
  wire set_ends = slot_ends && leave_q.slot == SlotBits'(Slots - 1);

  assign set_ready_o = here_q != 2'd2;
  assign word_valid_o = read_q[1];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      here_q <= '0;
      whole_q <= '0;
      begin_bank_q <= 1'b0;
      leave_q <= '0;
      room_q <= ($clog2(OutWords + 1))'(OutWords);
      read_q <= '0;
    end else begin
      here_q <= here_q + 2'(set_valid_i) - 2'(set_ends);
      whole_q <= whole_q + 2'(set_complete) - 2'(set_ends);
      if (set_valid_i) begin_bank_q <= !begin_bank_q;
      if (reads) begin
        leave_q.half <= !leave_q.half;
        if (leave_q.half) leave_q.block <= head_ends ? '0 : leave_q.block + 1'b1;
      end
      if (slot_ends) leave_q.slot <= set_ends ? '0 : leave_q.slot + 1'b1;
      if (set_ends) leave_q.bank <= !leave_q.bank;
      room_q <= room_q - ($clog2(OutWords + 1))'(reads) + ($clog2(OutWords + 1))'(word_left_i);
      read_q <= {read_q[0], reads};
    end
  end

  always_ff @(posedge clk_i) if (set_valid_i) exists_q[begin_bank_q] <= set_exists_i;
  always_ff @(posedge clk_i) latch_q <= sets_q[leave_q];
  always_ff @(posedge clk_i) word_o <= latch_q;

  `OFPGA_ASSERT(SetsAdd, here_q >= whole_q)
  `OFPGA_ASSUME(SetHasRoom, !set_valid_i || set_ready_o)
  `OFPGA_ASSUME(SomeHeadExists, !set_valid_i || set_exists_i != '0)
endmodule : ofpga_attention_collect
