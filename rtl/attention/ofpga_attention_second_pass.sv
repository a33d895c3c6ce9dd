`include "ofpga_assert.svh"

// Leads the ports through the second pass: starts an item on them, and the next one once all have
// taken the item's values, while its sums are still being finished; then offers it to the division.
module ofpga_attention_second_pass
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Lanes = 4
) (
  input logic clk_i,
  input logic rst_ni,

  input task_t task_i,

  input  logic                           item_valid_i,  // its scores are queued
  output logic                           item_ready_o,
  input  item_t                          item_i,
  input  lane_t [Lanes-1:0]              lanes_i,
  input  score_t [Ports-1:0][Lanes-1:0]  peak_i,

  output logic [Ports-1:0] start_o,  // ports that have a chunk of start_item_o
  input  logic [Ports-1:0] taken_i,
  input  logic [Ports-1:0] done_i,

  output item_t                         start_item_o,  // holds from start_o on, like the next 3
  output lane_t [Lanes-1:0]             start_lanes_o,
  output score_t [Ports-1:0][Lanes-1:0] start_peak_o,
  output result_bank_t                  start_bank_o,  // of the ports' sums

  output logic              item_valid_o,  // its sums stand
  input  logic              item_ready_i,
  output item_t             item_o,
  output lane_t [Lanes-1:0] lanes_o,
  output result_bank_t      bank_o
);
  typedef enum logic [1:0] {Idle, Start, Take} state_e;

  state_e state_q;
  logic [Ports-1:0] taking_q;
  logic waiting_q;  // an item whose sums are being finished
  logic [Ports-1:0] exists, waits, stands;

  for (genvar p = 0; p < Ports; p++) begin : gen_port
    assign exists[p] = start_item_o.port_base + 20'(p) < task_i.chunks;
    assign waits[p] = item_o.port_base + 20'(p) < task_i.chunks;

    // A port may be done with the next item before another is with this one.
    logic [1:0] done_q;
    always_ff @(posedge clk_i) begin
      if (!rst_ni) done_q <= '0;
      else done_q <= done_q + 2'(done_i[p]) - 2'(item_valid_o && item_ready_i && waits[p]);
    end
    assign stands[p] = done_q != '0;

    `OFPGA_ASSERT(DoneOfTwo, !done_i[p] || done_q != 2'd3)
  end

  wire passes_on = state_q == Take && taking_q == '0 && !waiting_q;

  assign item_ready_o = state_q == Idle;
  assign start_o = state_q == Start ? exists : '0;
  assign item_valid_o = waiting_q && (waits & ~stands) == '0;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
      start_bank_o <= '0;
      waiting_q <= 1'b0;
    end else begin
      unique case (state_q)
        Idle: if (item_valid_i) state_q <= Start;
        Start: state_q <= Take;
        Take: if (passes_on) state_q <= Idle;
        default: state_q <= Idle;
      endcase
      if (passes_on) begin
        waiting_q <= 1'b1;
        start_bank_o <= start_bank_o + 1'b1;
      end else if (item_ready_i && item_valid_o) begin
        waiting_q <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (item_valid_i && item_ready_o) begin
      start_item_o <= item_i;
      start_lanes_o <= lanes_i;
      start_peak_o <= peak_i;
    end
    if (passes_on) begin
      item_o <= start_item_o;
      lanes_o <= start_lanes_o;
      bank_o <= start_bank_o;
    end
    taking_q <= state_q == Start ? exists : taking_q & ~taken_i;
  end
endmodule : ofpga_attention_second_pass
