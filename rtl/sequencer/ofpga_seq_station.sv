`include "ofpga_assert.svh"

// Where a unit's next command waits. Early: the unit gets it at once, to read ahead; else only when
// it may run, so that nothing is left to undo when the program fails. Either way the unit touches
// activations only after the go, which is given once enough commands have completed; Follows: or all
// but some that are ahead in the unit itself.
module ofpga_seq_station
  import ofpga_pkg::*;
  import ofpga_seq_pkg::*;
#(
  parameter bit Early = 1'b0,
  parameter bit Follows = 1'b0,  // its go may come before that of commands ahead in the unit
  parameter bit HasRecords = 1'b0,  // records in memory are checked before the command is sent
  localparam int unsigned Depth = 4  // commands that the unit holds at most
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic        valid_i,
  output logic        ready_o,
  input  checked_t    checked_i,
  input  slot_t       slot_i,
  input  logic [31:0] completed_i,  // commands of the program, in order
  input  logic        cancel_i,  // the program has failed: drop what waits, let go what was sent
  output logic        idle_o,

  output logic         records_valid_o,
  input  logic         records_ready_i,
  input  logic         records_done_i,
  input  logic [7:0]   records_status_i,

  output logic         cmd_valid_o,
  input  logic         cmd_ready_i,
  output logic [511:0] cmd_o,
  output logic         go_valid_o,
  input  logic         go_ready_i,
  output logic         go_met_o,  // with the go: no command ahead in the unit is left of them
  output slot_t        go_slot_o,
  input  logic         done_valid_i,
  output logic         done_ready_o,
  input  logic [7:0]   done_status_i,

  output logic       end_valid_o,  // for a cycle: a command has completed or failed
  output slot_t      end_slot_o,
  output logic [7:0] end_status_o
);
  typedef enum logic [2:0] {
    EMPTY,
    WAIT,
    ASK,
    ANSWER,
    SEND,
    FAIL
  } state_e;

  typedef struct packed {
    logic [31:0] wait_for;
    logic [31:0] wait_early;
    slot_t       slot;
  } sent_t;

  state_e state_q;
  checked_t held_q;
  slot_t slot_q;
  logic [7:0] status_q;
  logic sent_ready, going_valid, flight_ready, flight_valid;
  sent_t going;
  slot_t flying;

  // ------------------------------------------------------------------------------ before the unit
  wire [7:0] status_d = records_status_i != STATUS_OK ? records_status_i : held_q.status;
  wire may_run = completed_i >= held_q.wait_for;
  wire sent = cmd_valid_o && cmd_ready_i;

  assign ready_o = state_q == EMPTY;
  assign records_valid_o = HasRecords && state_q == ASK;
  assign cmd_valid_o = state_q == SEND && sent_ready;
  assign cmd_o = held_q.command;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= EMPTY;
    end else begin
      unique case (state_q)
        EMPTY:  if (valid_i) state_q <= !Early ? WAIT : HasRecords ? ASK : SEND;
        WAIT: begin
          if (cancel_i) state_q <= EMPTY;
          else if (may_run) state_q <= HasRecords ? ASK : SEND;
        end
        ASK:    if (records_ready_i) state_q <= ANSWER;
        ANSWER: if (records_done_i) state_q <= status_d == STATUS_OK ? SEND : FAIL;
        SEND:   if (sent) state_q <= EMPTY;
        FAIL:   if (!done_valid_i) state_q <= EMPTY;
        default: state_q <= EMPTY;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (ready_o) begin
      held_q <= checked_i;
      slot_q <= slot_i;
    end
    if (records_done_i) status_q <= status_d;
  end

  // ---------------------------------------------------------------------------------- in the unit
  ofpga_fifo #(
    .Depth(Depth),
    .T(sent_t)
  ) u_sent (
    .clk_i,
    .rst_ni,
    .valid_i(sent),
    .ready_o(sent_ready),
    .data_i ('{wait_for: held_q.wait_for, wait_early: held_q.wait_early, slot: slot_q}),
    .valid_o(going_valid),
    .ready_i(go_valid_o && go_ready_i),
    .data_o (going),
    .level_o()
  );

  assign go_slot_o = going.slot;
  // Commands sent to the unit ahead of this one have their go before it.
  wire [31:0] go_after = Follows ? going.wait_early : going.wait_for;
  assign go_valid_o = going_valid && flight_ready && (cancel_i || completed_i >= go_after);
  assign go_met_o = cancel_i || completed_i >= going.wait_for;

  ofpga_fifo #(
    .Depth(Depth),
    .T(slot_t)
  ) u_flight (
    .clk_i,
    .rst_ni,
    .valid_i(go_valid_o && go_ready_i),
    .ready_o(flight_ready),
    .data_i (going.slot),
    .valid_o(flight_valid),
    .ready_i(done_valid_i),
    .data_o (flying),
    .level_o()
  );

  assign done_ready_o = 1'b1;
  assign end_valid_o = done_valid_i || state_q == FAIL;
  assign end_slot_o = done_valid_i ? flying : slot_q;
  assign end_status_o = done_valid_i ? done_status_i : status_q;
  assign idle_o = state_q == EMPTY && !going_valid && !flight_valid;

  `OFPGA_ASSUME(DoneAfterGo, !done_valid_i || flight_valid)
  `OFPGA_ASSERT_HOLD(CommandHolds, cmd_valid_o, cmd_ready_i, cmd_o)
  `OFPGA_ASSERT_HOLD(GoHolds, go_valid_o, go_ready_i, going.slot)
endmodule : ofpga_seq_station
