`include "ofpga_assert.svh"

// The chunks of an item as reads: exponents and keys of every KV block, or exponents and then
// values. The addresses are the same on every port; a port without a chunk of the item is left out.
module ofpga_attention_walk
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Context = 2048,
  parameter bit Values = 1'b0,  // of the values, not of the keys
  localparam int unsigned TableWords = (Context + 255) / 256,
  localparam int unsigned TableBits = TableWords > 1 ? $clog2(TableWords) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input task_t task_i,
  input logic  go_i,  // reads may be asked for

  input  logic  item_valid_i,  // its block table is loaded
  output logic  item_ready_o,
  input  item_t item_i,
  output logic  release_o,  // for a cycle: the item was the last to need its table

  output logic                table_read_o,
  output logic [TableBits:0]  table_place_o,  // bank, word
  input  logic [15:0][31:0]   table_i,  // a cycle later, until the next read

  output logic  [Ports-1:0] req_valid_o,
  input  logic  [Ports-1:0] req_ready_i,
  output addr_t             req_addr_o,
  output logic  [7:0]       req_words_o
);
  logic active_q;
  item_t item_q;
  logic [BlockBits-1:0] block_q, left_q;

  // Stages: the word of the table, the block number, its product with the stride, the chunk's
  // address.
  logic [4:1] valid_q;
  logic [3:0] entry1_q;
  logic [31:0] block2_q;
  addr_t product3_q, chunk4_q;
  logic second_q;  // of a block's two reads
  logic [Ports-1:0] sent_q;  // ports that have the request

  logic [Ports-1:0] exists;
  for (genvar p = 0; p < Ports; p++) begin : gen_exists
    assign exists[p] = item_q.port_base + 20'(p) < task_i.chunks;
  end

  wire sent = go_i && valid_q[4] && (exists & ~sent_q & ~req_ready_i) == '0;
  wire moves = !valid_q[4] || (sent && (second_q || !Values));
  wire issue = active_q && left_q != '0;

  assign table_read_o = moves;
  assign table_place_o = {item_q.table_bank, TableBits'(block_q >> 4)};

  assign item_ready_o = !active_q;

  wire ends = active_q && left_q == '0 && valid_q == '0;
  assign release_o = ends && item_q.ends_segment;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      valid_q <= '0;
      second_q <= 1'b0;
      sent_q <= '0;
    end else begin
      if (item_valid_i && item_ready_o) active_q <= 1'b1;
      else if (ends) active_q <= 1'b0;
      if (moves) valid_q <= {valid_q[3:1], issue};
      if (go_i && valid_q[4]) sent_q <= sent ? '0 : sent_q | req_ready_i;
      if (sent) second_q <= Values && !second_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (item_valid_i && item_ready_o) begin
      item_q <= item_i;
      block_q <= item_i.first_block;
      left_q <= item_i.blocks;
    end else if (issue && moves) begin
      block_q <= block_q + 1'b1;
      left_q <= left_q - 1'b1;
    end
    if (moves) begin
      entry1_q <= block_q[3:0];
      block2_q <= table_i[entry1_q];
      product3_q <= WordAddrBits'(block2_q) * WordAddrBits'(task_i.block_stride);
      chunk4_q <= product3_q + WordAddrBits'(task_i.kv_addr) + WordAddrBits'(item_q.chunk_base);
    end
  end

  wire [7:0] exponent_words = 8'(task_i.exponent_words);
  wire [7:0] mantissa_words = 8'(task_i.mantissa_words);

  assign req_valid_o = go_i && valid_q[4] ? exists & ~sent_q : '0;
  always_comb begin
    req_addr_o = chunk4_q;
    req_words_o = Values ? exponent_words : exponent_words + mantissa_words;
    if (second_q) begin
      req_addr_o = chunk4_q + WordAddrBits'(exponent_words + mantissa_words);
      req_words_o = mantissa_words;
    end
  end

  for (genvar p = 0; p < Ports; p++) begin : gen_check
    `OFPGA_ASSERT_HOLD(RequestHolds, req_valid_o[p], req_ready_i[p], {req_addr_o, req_words_o})
  end
endmodule : ofpga_attention_walk
