// What the parts of the sequencer hand to one another.
package ofpga_seq_pkg;

  typedef enum logic [1:0] {
    UNIT_MATMUL = 2'd0,
    UNIT_ATTENTION = 2'd1,
    UNIT_KV_CACHE = 2'd2,
    UNIT_NONE = 2'd3  // completes by itself, once it is its turn
  } unit_e;

  localparam int unsigned Units = 3;

  typedef struct packed {
    logic [511:0] command;
    logic [31:0]  wait_for;  // commands that must have completed before it touches activations
    logic [31:0]  wait_early;  // a MATMUL: and if so many have, only MATMULs are left of them
    unit_e        to;
    logic         last;  // FENCE with END
    logic [7:0]   status;  // other than OK: it fails with this; a command to a unit, once that
                           // finds nothing worse
  } checked_t;

  localparam int unsigned Slots = 8;  // commands on their way at a time
  typedef logic [$clog2(Slots)-1:0] slot_t;

endpackage : ofpga_seq_pkg
