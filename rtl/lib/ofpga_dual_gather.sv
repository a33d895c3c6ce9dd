// Two values, from what comes in turns at twice the clock, half a cycle apart; at the clock they come together.
module ofpga_dual_gather #(
  parameter int unsigned Bits = 1,
  parameter int unsigned Clocks = 1,  // 2: in turns
  parameter bit Straddle = 1'b0,  // a cycle begins between the two
  localparam int unsigned Streams = 2 / Clocks
) (
  input  logic clk_i,
  input  logic clk2x_i,  // twice clk_i, their edges together; unused if Clocks is 1

  input  logic [Streams-1:0][Bits-1:0] turns_i,
  output logic [1:0][Bits-1:0]         both_o  // at once; of turns in the cycle after the second has begun
);
  if (Clocks == 1) begin : gen_single
    assign both_o = turns_i;
    wire unused = clk_i ^ clk2x_i;
  end else begin : gen_double
    logic [Bits-1:0] before_q;
    always_ff @(posedge clk2x_i) before_q <= turns_i[0];

    if (Straddle) begin : gen_straddle
      logic [Bits-1:0] first_q;
      always_ff @(posedge clk_i) begin
        first_q <= turns_i[0];
        both_o <= {before_q, first_q};
      end
    end else begin : gen_within
      always_ff @(posedge clk_i) both_o <= {turns_i[0], before_q};
    end
  end
endmodule : ofpga_dual_gather
