// Leads the ports through the first pass, an item at a time: starts them, waits for all, and gives
// every port the largest score over the ports that share its head.
module ofpga_attention_first_pass
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Lanes = 4
) (
  input logic clk_i,
  input logic rst_ni,

  input task_t task_i,

  input  logic              item_valid_i,  // its queries are loaded
  output logic              item_ready_o,
  input  item_t             item_i,
  input  lane_t [Lanes-1:0] lanes_i,
  input  logic              query_bank_i,

  output logic  [Ports-1:0]            start_o,  // ports that have a chunk of item_o
  input  logic  [Ports-1:0]            done_i,
  input  score_t [Ports-1:0][Lanes-1:0] peak_i,

  output logic                          item_valid_o,
  input  logic                          item_ready_i,
  output item_t                         item_o,  // holds from start_o on, as do the lanes
  output lane_t [Lanes-1:0]             lanes_o,
  output logic                          query_bank_o,
  output score_t [Ports-1:0][Lanes-1:0] peak_o
);
  localparam int unsigned Levels = $clog2(PAGE_TOKENS);  // a head has at most so many chunks

  typedef enum logic [2:0] {Idle, Start, Run, Load, Merge, Offer} state_e;

  state_e state_q;
  logic [Ports-1:0] busy_q, exists;
  logic [2:0] level_q;

  for (genvar p = 0; p < Ports; p++) begin : gen_exists
    assign exists[p] = item_o.port_base + 20'(p) < task_i.chunks;
  end

  assign item_ready_o = state_q == Idle;
  assign item_valid_o = state_q == Offer;
  assign start_o = state_q == Start ? exists : '0;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= Idle;
    else begin
      unique case (state_q)
        Idle: if (item_valid_i) state_q <= Start;
        Start: state_q <= Run;
        Run: if (busy_q == '0) state_q <= Load;
        Load: state_q <= task_i.split_log2 == '0 ? Offer : Merge;
        Merge: if (level_q + 3'd1 == task_i.split_log2) state_q <= Offer;
        Offer: if (item_ready_i) state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (item_valid_i && item_ready_o) begin
      item_o <= item_i;
      lanes_o <= lanes_i;
      query_bank_o <= query_bank_i;
    end
    busy_q <= state_q == Start ? exists : busy_q & ~done_i;
    level_q <= state_q == Merge ? level_q + 3'd1 : '0;
  end

  // Chunks of a head lie on aligned ports, so in every level the partner is one bit of the number
  // away.
  for (genvar p = 0; p < Ports; p++) begin : gen_port
    score_t [Levels-1:0][Lanes-1:0] partner;
    for (genvar level = 0; level < Levels; level++) begin : gen_level
      localparam int unsigned Other = p ^ (1 << level);
      assign partner[level] = peak_o[Other < Ports ? Other : p];
    end
    for (genvar l = 0; l < Lanes; l++) begin : gen_lane
      wire score_t theirs = partner[level_q[1:0]][l];
      always_ff @(posedge clk_i) begin
        if (state_q == Load) peak_o[p][l] <= peak_i[p][l];
        else if (state_q == Merge && theirs > peak_o[p][l]) peak_o[p][l] <= theirs;
      end
    end
  end
endmodule : ofpga_attention_first_pass
