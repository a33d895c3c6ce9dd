// Leads the ports through the second pass, an item at a time: starts them, waits for all, and
// offers the item to the division. A bank of the ports' sums belongs to the item from its start
// until the division is ready for the next.
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

  output logic [Ports-1:0] start_o,  // ports that have a chunk of item_o
  input  logic [Ports-1:0] done_i,

  output logic                          item_valid_o,
  input  logic                          item_ready_i,
  output item_t                         item_o,  // holds from start_o on, as do the next three
  output lane_t [Lanes-1:0]             lanes_o,
  output score_t [Ports-1:0][Lanes-1:0] peak_o,
  output logic                          bank_o
);
  typedef enum logic [1:0] {Idle, Start, Run, Offer} state_e;

  state_e state_q;
  logic [Ports-1:0] busy_q, exists;

  for (genvar p = 0; p < Ports; p++) begin : gen_exists
    assign exists[p] = item_o.port_base + 20'(p) < task_i.chunks;
  end

  assign item_ready_o = state_q == Idle;
  assign item_valid_o = state_q == Offer;
  assign start_o = state_q == Start ? exists : '0;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
      bank_o <= 1'b0;
    end else begin
      unique case (state_q)
        Idle: if (item_valid_i) state_q <= Start;
        Start: state_q <= Run;
        Run: if (busy_q == '0) state_q <= Offer;
        Offer: if (item_ready_i) begin
          state_q <= Idle;
          bank_o <= !bank_o;
        end
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (item_valid_i && item_ready_o) begin
      item_o <= item_i;
      lanes_o <= lanes_i;
      peak_o <= peak_i;
    end
    busy_q <= state_q == Start ? exists : busy_q & ~done_i;
  end
endmodule : ofpga_attention_second_pass
