`include "ofpga_assert.svh"

// The PERF registers: what the last program did, counted in cycles and words.
//
// Channels are indexed by memory port, that of the activation space comes last. A command runs from
// its go until its end.
module ofpga_seq_counters
  import ofpga_pkg::*;
  import ofpga_seq_pkg::*;
#(
  parameter int unsigned Ports = 2,
  localparam int unsigned Channels = Ports + 1,
  localparam int unsigned Opcodes = REG_PERF_OPCODE_LO_COUNT,
  localparam int unsigned Bits = 48  // of a counter: ten days at 300 MHz
) (
  input logic clk_i,
  input logic rst_ni,

  input logic start_i,  // for a cycle: a program starts, counters are cleared
  input logic busy_i,  // it runs

  input logic                      sent_i,  // a command got a slot
  input slot_t                     sent_slot_i,
  input logic [$clog2(Opcodes)-1:0] sent_opcode_i,
  input logic [Units-1:0]          go_i,  // the command of a slot may touch activations
  input slot_t [Units-1:0]         go_slot_i,
  input logic [Units-1:0]          end_i,  // it is done
  input slot_t [Units-1:0]         end_slot_i,

  input logic [Channels-1:0] read_i,  // of ofpga_axi_watch
  input logic [Channels-1:0] written_i,
  input logic [Channels-1:0] waits_i,

  input  logic        get_i,  // for a cycle, at least two before the next
  input  logic [11:0] addr_i,  // of a register, with get_i
  output logic [31:0] data_o  // two cycles later, until the next; 0 if it is none of these
);
  typedef logic [Bits-1:0] count_t;

  // ---------------------------------------------------------------------------- which opcodes run
  logic [Slots-1:0] running_q;
  logic [Slots-1:0][$clog2(Opcodes)-1:0] opcode_q;
  logic [Opcodes-1:0] runs, runs_q;
  logic busy_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      running_q <= '0;
    end else begin
      for (int unsigned u = 0; u < Units; u++) begin
        if (go_i[u]) running_q[go_slot_i[u]] <= 1'b1;
        if (end_i[u]) running_q[end_slot_i[u]] <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) if (sent_i) opcode_q[sent_slot_i] <= sent_opcode_i;

  always_comb begin
    runs = '0;
    for (int unsigned s = 0; s < Slots; s++) if (running_q[s]) runs[opcode_q[s]] = 1'b1;
    runs[0] = running_q == '0;  // opcode 0 is nobody's
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) begin
      busy_q <= 1'b0;
      runs_q <= '0;
    end else begin
      busy_q <= busy_i;
      runs_q <= busy_i ? runs : '0;
    end
  end

  // -------------------------------------------------------------------------------------- counters
  count_t busy_count_q, stalled_count_q;
  count_t [Opcodes-1:0] opcode_count_q;
  count_t [Channels-1:0] read_count_q, written_count_q, waits_count_q;
  wire stalled = |waits_i && !(|read_i) && !(|written_i);

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) begin
      busy_count_q <= '0;
      stalled_count_q <= '0;
      opcode_count_q <= '0;
      read_count_q <= '0;
      written_count_q <= '0;
      waits_count_q <= '0;
    end else begin
      busy_count_q <= busy_count_q + Bits'(busy_q);
      stalled_count_q <= stalled_count_q + Bits'(busy_q && stalled);
      for (int unsigned o = 0; o < Opcodes; o++) begin
        opcode_count_q[o] <= opcode_count_q[o] + Bits'(runs_q[o]);
      end
      for (int unsigned c = 0; c < Channels; c++) begin
        read_count_q[c] <= read_count_q[c] + Bits'(read_i[c]);
        written_count_q[c] <= written_count_q[c] + Bits'(written_i[c]);
        waits_count_q[c] <= waits_count_q[c] + Bits'(waits_i[c]);
      end
    end
  end

  // ----------------------------------------------------------------------------------------- reads
  // First the element of each array, then which of them.
  localparam int unsigned High = REGISTER_STRIDE / 2;
  localparam int unsigned IndexBits = $clog2(REG_PERF_PORT_READ_LO_COUNT);

  logic get_q;
  logic [11:0] addr_q;
  count_t own_q, opcode_value_q, read_value_q, written_value_q, waits_value_q, value;
  wire [IndexBits-1:0] index = addr_i[$clog2(REGISTER_STRIDE)+:IndexBits];
  wire is_port = 32'(index) < Ports;

  function automatic logic in_array(logic [11:0] addr, logic [11:0] first, int unsigned count);
    return addr >= first && 32'(addr) < 32'(first) + REGISTER_STRIDE * count;
  endfunction

  always_ff @(posedge clk_i) begin
    if (!rst_ni) get_q <= 1'b0;
    else get_q <= get_i;
  end

  always_ff @(posedge clk_i) begin
    if (get_i) begin
      addr_q <= addr_i;
      opcode_value_q <= opcode_count_q[index[$clog2(Opcodes)-1:0]];
      read_value_q <= is_port ? read_count_q[index] : '0;
      written_value_q <= is_port ? written_count_q[index] : '0;
      waits_value_q <= is_port ? waits_count_q[index] : '0;
      unique case (addr_i & ~12'(High))
        REG_PERF_BUSY_LO:        own_q <= busy_count_q;
        REG_PERF_STALLED_LO:     own_q <= stalled_count_q;
        REG_PERF_ACT_READ_LO:    own_q <= read_count_q[Ports];
        REG_PERF_ACT_WRITTEN_LO: own_q <= written_count_q[Ports];
        REG_PERF_ACT_WAITED_LO:  own_q <= waits_count_q[Ports];
        default:                 own_q <= '0;
      endcase
    end
  end

  always_comb begin
    value = own_q;
    if (in_array(addr_q, REG_PERF_OPCODE_LO, REG_PERF_OPCODE_LO_COUNT)) value = opcode_value_q;
    if (in_array(addr_q, REG_PERF_PORT_READ_LO, REG_PERF_PORT_READ_LO_COUNT)) value = read_value_q;
    if (in_array(addr_q, REG_PERF_PORT_WRITTEN_LO, REG_PERF_PORT_WRITTEN_LO_COUNT)) begin
      value = written_value_q;
    end
    if (in_array(addr_q, REG_PERF_PORT_WAITED_LO, REG_PERF_PORT_WAITED_LO_COUNT)) begin
      value = waits_value_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (get_q) data_o <= (addr_q & 12'(High)) != '0 ? 32'(value[Bits-1:32]) : value[31:0];
  end

  if (Ports > REG_PERF_PORT_READ_LO_COUNT) begin : gen_illegal_ports
    $error("ofpga_seq_counters: Ports is %0d; there are registers for %0d.", Ports,
           REG_PERF_PORT_READ_LO_COUNT);
  end
  `OFPGA_ASSUME(QuietBeforeStart, !start_i || running_q == '0)
endmodule : ofpga_seq_counters
