// Half of every block of the queries of four lanes, and how it comes to ofpga_dual_cascade: each
// term is read when its DSP wants it, so that nothing is delayed but the place. Two share a memory.
module ofpga_attention_query
  import ofpga_pkg::*;
#(
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned DspClocks = 1,  // in a cycle: 1 or 2
  localparam int unsigned Terms = BLOCK / 2,
  localparam int unsigned Cascades = 2 / DspClocks,
  localparam int unsigned PlaceBits = 1 + (HeadBlocks > 1 ? $clog2(HeadBlocks) : 1)
) (
  input logic clk_i,
  input logic clk2x_i,  // twice clk_i, their edges together; unused if DspClocks is 1
  input logic rst_ni,

  input logic [3:0]            write_i,  // by lane
  input logic [PlaceBits-1:0]  write_place_i,  // bank, block
  input logic [Terms-1:0][7:0] write_terms_i,  // in range

  input  logic                                     read_i,
  input  logic [PlaceBits-1:0]                     read_place_i,
  input  logic [3:0]                               lanes_i,  // others, and what is not read, are 0
  output logic [Terms-1:0][Cascades-1:0][1:0][7:0] terms_o  // for the vector of the next cycle
);
  localparam int unsigned Groups = Terms / 2;

  // Group g is g cascades' terms behind the first: 2 g cycles, or g cycles of two clocks.
  localparam int unsigned Steps = DspClocks == 1 ? 2 * Groups - 1 : Groups + 1;
  logic [Steps-1:0][PlaceBits:0] read;  // and whether
  assign read[0] = {read_i, read_place_i};
  always_ff @(posedge clk_i) read[Steps-1:1] <= read[Steps-2:0];

  if (DspClocks == 1) begin : gen_single
    for (genvar g = 0; g < Groups; g++) begin : gen_group
      for (genvar l = 0; l < 4; l++) begin : gen_lane
        (* ram_style = "distributed" *) logic [1:0][7:0] terms_q [2**PlaceBits];
        logic [1:0][7:0] term_q;
        logic [7:0] second_q;

        always_ff @(posedge clk_i) begin
          if (write_i[l]) terms_q[write_place_i] <= write_terms_i[2*g+:2];
          term_q <= read[2*g][PlaceBits] && lanes_i[l] ? terms_q[read[2*g][PlaceBits-1:0]] : '0;
          second_q <= term_q[1];
        end
        assign terms_o[2*g][l/2][l%2] = term_q[0];
        assign terms_o[2*g+1][l/2][l%2] = second_q;
      end
    end
    wire unused = clk2x_i ^ rst_ni;
  end else begin : gen_double
    logic tick_q, seen_q, turn_q;  // they differ in the first half of a cycle; turn: the half
    always_ff @(posedge clk_i) tick_q <= rst_ni && !tick_q;
    always_ff @(posedge clk2x_i) begin
      seen_q <= tick_q;
      turn_q <= tick_q != seen_q;
    end

    for (genvar g = 0; g < Groups; g++) begin : gen_group
      for (genvar m = 0; m < 2; m++) begin : gen_member
        // Of lanes m and m + 2.
        (* ram_style = "distributed" *) logic [1:0][7:0] terms_q [2**(PlaceBits+1)];
        logic [1:0][7:0] term_q;
        logic [7:0] second_q;

        always_ff @(posedge clk_i) begin
          if (write_i[m] || write_i[m+2]) begin
            terms_q[{write_i[m+2], write_place_i}] <= write_terms_i[2*g+:2];
          end
        end
        always_ff @(posedge clk2x_i) begin
          term_q <= read[g+1][PlaceBits] && (turn_q ? lanes_i[m+2] : lanes_i[m])
              ? terms_q[{turn_q, read[g+1][PlaceBits-1:0]}] : '0;
          second_q <= term_q[1];
        end
        assign terms_o[2*g][0][m] = term_q[0];
        assign terms_o[2*g+1][0][m] = second_q;
      end
    end
  end
endmodule : ofpga_attention_query
