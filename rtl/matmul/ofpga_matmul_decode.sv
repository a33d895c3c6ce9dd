`include "ofpga_assert.svh"

// Commands to jobs. A job goes to all stages at once; with their queues full, commands wait.
module ofpga_matmul_decode
  import ofpga_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned MacRows = 4  // rows of a group
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic  cmd_valid_i,
  output logic  cmd_ready_o,
  input  word_t cmd_i,

  output logic job_valid_o,
  input  logic job_ready_i,  // of all stages
  output job_t job_o
);
  localparam int unsigned PortBits = $clog2(Ports);

  typedef enum logic [1:0] {
    Idle,
    Sizes,
    Offer
  } state_e;

  state_e state_q;
  matmul_command_t command_q;
  job_t job;
  logic [31:0] rounds_q, port_words_q;
  logic [12:0] tile_words_q;

  assign cmd_ready_o = state_q == Idle;
  assign job_valid_o = state_q == Offer;
  assign job_o = job;

  wire w8 = command_q.format == WEIGHT_FORMAT_W8;
  wire [12:0] blocks = {2'b0, command_q.k_blocks[10:0]};

  logic sized_q;  // the second cycle of Sizes
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
      sized_q <= 1'b0;
    end else begin
      unique case (state_q)
        Idle: if (cmd_valid_i) state_q <= Sizes;
        Sizes: begin
          sized_q <= !sized_q;
          if (sized_q) state_q <= Offer;
        end
        default: if (job_ready_i) state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (cmd_ready_o) command_q <= cmd_i;
    rounds_q <= (command_q.n_tiles + 32'(Ports - 1)) >> PortBits;
    tile_words_q <= 13'd1 + ((blocks + 13'(GROUP_BLOCKS - 1)) >> $clog2(GROUP_BLOCKS)) +
                    (w8 ? blocks << 2 : blocks << 1);
    port_words_q <= rounds_q * 32'(tile_words_q);
  end

  assign job = '{
    rows: command_q.rows[7:0],
    last_group: group_t'((command_q.rows[7:0] - 1'b1) / 8'(MacRows)),
    k_blocks: command_q.k_blocks[10:0],
    n_tiles: command_q.n_tiles,
    rounds: rounds_q,
    port_words: port_words_q,
    x_addr: command_q.x_addr,
    y_addr: command_q.y_addr,
    w_addr: command_q.w_addr,
    index_addr: command_q.index_addr,
    norm_eps: command_q.norm_eps,
    norm: (command_q.flags & FLAG_NORM) != '0,
    gather: (command_q.flags & FLAG_GATHER) != '0,
    w8: w8,
    residual: command_q.epilogue == EPILOGUE_RESIDUAL,
    silu: command_q.epilogue == EPILOGUE_SILU,
    gelu: command_q.epilogue == EPILOGUE_GELU,
    codebook: command_q.codebook
  };

  wire unused = ^{command_q.opcode, command_q.dep, command_q.tag, command_q.reserved0,
                  command_q.reserved1, command_q.rows[15:8], command_q.k_blocks[15:11]};

  `OFPGA_ASSUME_HOLD(CommandHolds, cmd_valid_i, cmd_ready_o, cmd_i)
  `OFPGA_ASSERT_HOLD(JobHolds, job_valid_o, job_ready_i, job_o)
endmodule : ofpga_matmul_decode
