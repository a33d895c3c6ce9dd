`include "ofpga_assert.svh"

// Where the blocks of a pair lie, told to every port at once.
module ofpga_kv_copies
  import ofpga_pkg::*;
  import ofpga_kv_pkg::*;
(
  input  logic clk_i,
  input  logic rst_ni,

  input  task_t task_i,
  output logic  idle_o,

  input  logic         pair_valid_i,
  output logic         pair_ready_o,
  input  copy_record_t pair_i,

  output logic  copy_valid_o,
  input  logic  copy_ready_i,
  output copy_t copy_o
);
  typedef enum logic [2:0] {
    IDLE,
    SOURCE,
    BOTH,
    DESTINATION,
    READY
  } state_e;

  state_e state_q;
  copy_record_t pair_q;
  logic [63:0] product_q;

  wire [31:0] block = state_q == SOURCE ? pair_q.source : pair_q.destination;
  wire word_addr_t addr = bounded(65'(product_q) + 65'(task_i.kv_addr));

  assign idle_o = state_q == IDLE;
  assign pair_ready_o = state_q == IDLE;
  assign copy_valid_o = state_q == READY;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
    end else begin
      unique case (state_q)
        IDLE:    if (pair_valid_i && task_i.block_stride != '0) state_q <= SOURCE;
        SOURCE:  state_q <= BOTH;
        BOTH:    state_q <= DESTINATION;
        DESTINATION: state_q <= READY;
        READY:   if (copy_ready_i) state_q <= IDLE;
        default: state_q <= IDLE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == IDLE) pair_q <= pair_i;
    product_q <= 64'(block) * 64'(task_i.block_stride);
    if (state_q == BOTH) copy_o.from <= addr;
    if (state_q == DESTINATION) copy_o.to <= addr;
  end

  `OFPGA_ASSERT_HOLD(CopyHolds, copy_valid_o, copy_ready_i, copy_o)
endmodule : ofpga_kv_copies
