`include "ofpga_assert.svh"

// The registers of the contract behind AXI4-Lite, with Vitis' ap_ctrl_hs in CTRL: AP_START stays
// until the program ends, AP_DONE and AP_READY are cleared by reading.
module ofpga_seq_registers
  import ofpga_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Rows = 4,
  parameter int unsigned KBlocks = 64,
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned Context = 2048
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic        axil_awvalid_i,
  output logic        axil_awready_o,
  input  logic [11:0] axil_awaddr_i,
  input  logic        axil_wvalid_i,
  output logic        axil_wready_o,
  input  logic [31:0] axil_wdata_i,
  input  logic [3:0]  axil_wstrb_i,
  output logic        axil_bvalid_o,
  input  logic        axil_bready_i,
  output logic [1:0]  axil_bresp_o,
  input  logic        axil_arvalid_i,
  output logic        axil_arready_o,
  input  logic [11:0] axil_araddr_i,
  output logic        axil_rvalid_o,
  input  logic        axil_rready_i,
  output logic [31:0] axil_rdata_o,
  output logic [1:0]  axil_rresp_o,
  output logic        interrupt_o,

  output logic        start_o,  // of a program; held until idle_i falls
  input  logic        idle_i,  // no program runs
  input  logic        done_i,  // for a cycle: a program has ended, the values below are its result
  output logic [31:0] program_addr_o,
  output logic [31:0] program_count_o,
  output logic [63:0] act_base_o,
  output logic [Ports-1:0][63:0] port_base_o,

  output logic        get_o,  // of ofpga_seq_counters
  output logic [11:0] get_addr_o,
  input  logic [31:0] get_data_i,

  input  logic [7:0]  status_i,
  input  logic [31:0] index_i,
  input  logic [31:0] tag_i,
  input  logic [31:0] completed_i
);
  logic start_q, done_q, ready_q, restart_q, gie_q;
  logic [1:0] ier_q, isr_q;
  logic [31:0] addr_q, count_q, base_lo_q, base_hi_q;

  assign start_o = start_q;
  assign program_addr_o = addr_q;
  assign program_count_o = count_q;
  assign act_base_o = {base_hi_q, base_lo_q};
  assign interrupt_o = gie_q && isr_q != '0;

  // ---------------------------------------------------------------------------------------- writes
  wire write = axil_awvalid_i && axil_wvalid_i && !axil_bvalid_o;
  assign axil_awready_o = write;
  assign axil_wready_o = write;
  assign axil_bresp_o = '0;

  function automatic logic [31:0] merged(logic [31:0] old);
    for (int unsigned b = 0; b < 4; b++) begin
      merged[8*b+:8] = axil_wstrb_i[b] ? axil_wdata_i[8*b+:8] : old[8*b+:8];
    end
  endfunction

  wire [31:0] written = merged('0);  // bytes that are not written are zero

  always_ff @(posedge clk_i) begin
    if (!rst_ni) axil_bvalid_o <= 1'b0;
    else if (write) axil_bvalid_o <= 1'b1;
    else if (axil_bready_i) axil_bvalid_o <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      addr_q <= '0;
      count_q <= '0;
      base_lo_q <= '0;
      base_hi_q <= '0;
      gie_q <= 1'b0;
      ier_q <= '0;
    end else if (write) begin
      unique case (axil_awaddr_i)
        REG_PROGRAM_ADDR:  addr_q <= merged(addr_q);
        REG_PROGRAM_COUNT: count_q <= merged(count_q);
        REG_ACT_BASE_LO:   base_lo_q <= merged(base_lo_q);
        REG_ACT_BASE_HI:   base_hi_q <= merged(base_hi_q);
        REG_GIE:           if (axil_wstrb_i[0]) gie_q <= axil_wdata_i[0];
        REG_IER:           if (axil_wstrb_i[0]) ier_q <= axil_wdata_i[1:0];
        default: ;
      endcase
    end
  end

  // A port's base is a pair of registers; the elements of ports that the card does not have are zero.
  localparam int unsigned StrideBits = $clog2(REGISTER_STRIDE);
  localparam int unsigned PortBits = $clog2(PORTS_MAX);

  function automatic logic is_port_base(logic [11:0] addr);
    logic [PortBits-1:0] index;
    index = addr[StrideBits+:PortBits];
    return 32'(index) < Ports
           && (addr & ~12'(REGISTER_STRIDE * (PORTS_MAX - 1))) inside {
             REG_PORT_BASE_LO, REG_PORT_BASE_HI
           };
  endfunction

  for (genvar p = 0; p < Ports; p++) begin : gen_port_base
    always_ff @(posedge clk_i) begin
      if (!rst_ni) begin
        port_base_o[p] <= '0;
      end else if (write && is_port_base(axil_awaddr_i)
                   && axil_awaddr_i[StrideBits+:PortBits] == PortBits'(p)) begin
        if ((axil_awaddr_i & REG_PORT_BASE_HI) == REG_PORT_BASE_HI) begin
          port_base_o[p][63:32] <= merged(port_base_o[p][63:32]);
        end else begin
          port_base_o[p][31:0] <= merged(port_base_o[p][31:0]);
        end
      end
    end
  end

  // --------------------------------------------------------------------------------------- control
  wire read = axil_arvalid_i && axil_arready_o;
  wire write_ctrl = write && axil_awaddr_i == REG_CTRL;
  wire read_ctrl = read && axil_araddr_i == REG_CTRL;
  wire toggle = write && axil_awaddr_i == REG_ISR;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      start_q <= 1'b0;
      done_q <= 1'b0;
      ready_q <= 1'b0;
      restart_q <= 1'b0;
      isr_q <= '0;
    end else begin
      if (write_ctrl && (written & REG_CTRL_AP_START) != '0) start_q <= 1'b1;
      else if (done_i) start_q <= restart_q;
      if (write_ctrl && axil_wstrb_i[0]) begin
        restart_q <= (written & REG_CTRL_AUTO_RESTART) != '0;
      end
      done_q <= done_i || (done_q && !read_ctrl);
      ready_q <= done_i || (ready_q && !read_ctrl);
      isr_q <= (isr_q ^ (toggle ? written[1:0] : '0)) | (done_i ? ier_q : '0);
    end
  end

  // ----------------------------------------------------------------------------------------- reads
  // An answer comes two cycles after its address, when the counters have theirs.
  logic [31:0] read_data, data_q;
  logic asked_q;
  logic [63:0] port_base;

  assign port_base = port_base_o[axil_araddr_i[StrideBits+:(Ports > 1 ? $clog2(Ports) : 1)]];
  assign get_o = read;
  assign get_addr_o = axil_araddr_i;

  always_comb begin
    unique case (axil_araddr_i)
      REG_CTRL: begin
        read_data = (start_q ? REG_CTRL_AP_START : '0) | (done_q ? REG_CTRL_AP_DONE : '0)
                    | (idle_i && !start_q ? REG_CTRL_AP_IDLE : '0)
                    | (ready_q ? REG_CTRL_AP_READY : '0)
                    | (restart_q ? REG_CTRL_AUTO_RESTART : '0)
                    | (interrupt_o ? REG_CTRL_INTERRUPT : '0);
      end
      REG_GIE:           read_data = 32'(gie_q);
      REG_IER:           read_data = 32'(ier_q);
      REG_ISR:           read_data = 32'(isr_q);
      REG_PROGRAM_ADDR:  read_data = addr_q;
      REG_PROGRAM_COUNT: read_data = count_q;
      REG_ACT_BASE_LO:   read_data = base_lo_q;
      REG_ACT_BASE_HI:   read_data = base_hi_q;
      REG_CONTRACT_ID:   read_data = CONTRACT_ID;
      REG_PORTS:         read_data = Ports;
      REG_ROWS:          read_data = Rows;
      REG_K_BLOCKS:      read_data = KBlocks;
      REG_HEAD_BLOCKS:   read_data = HeadBlocks;
      REG_CONTEXT:       read_data = Context;
      REG_STATUS:        read_data = 32'(status_i);
      REG_STATUS_INDEX:  read_data = index_i;
      REG_STATUS_TAG:    read_data = tag_i;
      REG_COMPLETED:     read_data = completed_i;
      default:           read_data = '0;
    endcase
    if (is_port_base(axil_araddr_i)) begin
      read_data = (axil_araddr_i & REG_PORT_BASE_HI) == REG_PORT_BASE_HI ? port_base[63:32]
                  : port_base[31:0];
    end
  end

  assign axil_arready_o = !axil_rvalid_o && !asked_q;
  assign axil_rresp_o = '0;
  assign axil_rdata_o = data_q | get_data_i;  // one of them is zero

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      asked_q <= 1'b0;
      axil_rvalid_o <= 1'b0;
    end else begin
      asked_q <= read;
      if (asked_q) axil_rvalid_o <= 1'b1;
      else if (axil_rready_i) axil_rvalid_o <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) if (read) data_q <= read_data;

  `OFPGA_ASSERT_HOLD(AnswerHolds, axil_rvalid_o, axil_rready_i, axil_rdata_o)
  `OFPGA_ASSERT(OneProgramAtATime, !done_i || start_q)
endmodule : ofpga_seq_registers
