// A KV_WRITE or KV_COPY command as the stages of the unit take it, and what they hand to one
// another.
package ofpga_kv_pkg;
  import ofpga_pkg::*;

  typedef logic [57:0] word_addr_t;

  typedef struct packed {
    logic        copy;  // KV_COPY; else KV_WRITE
    logic        rope;
    logic [15:0] rows;
    logic [15:0] q_heads;
    logic [15:0] kv_heads;
    logic [3:0]  head_blocks;
    logic [31:0] x_addr;
    logic [31:0] q_addr;
    logic [31:0] kv_addr;
    logic [31:0] block_stride;
    logic [31:0] list_addr;  // slots or pairs
    logic [31:0] rope_addr;
    logic [31:0] pairs;
    // Of numerics.md, 10.3 and 10.4:
    logic [2:0]  split_log2;
    logic [2:0]  exponent_words;
    logic [6:0]  mantissa_words;
    logic [7:0]  chunk_words;
    logic [10:0] q_blocks;  // of a row
    logic [9:0]  record_words;
    logic [15:0] row_words;
  } task_t;

  // A write to one port: `first` opens a run of `words` words at `addr`.
  typedef struct packed {
    logic         first;
    logic [3:0]   words;
    word_addr_t   addr;
    logic [511:0] data;
    logic [63:0]  strobe;
  } patch_t;

  // One KV block to copy, on every port.
  typedef struct packed {
    word_addr_t from;
    word_addr_t to;
  } copy_t;

  // Word addresses beyond this lie in no memory; they are replaced by it, so that nothing wraps.
  localparam word_addr_t Nowhere = 58'd1 << 57;

  function automatic word_addr_t bounded(logic [64:0] addr);
    return addr[64:57] != '0 ? Nowhere : addr[57:0];
  endfunction

  function automatic task_t kv_task(logic [511:0] command, int unsigned ports);
    kv_write_command_t w;
    kv_copy_command_t c;
    logic [4:0] tokens;
    w = command;
    c = command;
    kv_task = '0;
    kv_task.copy = w.opcode == OPCODE_KV_COPY;
    if (kv_task.copy) begin
      kv_task.kv_addr = c.kv_addr;
      kv_task.block_stride = c.block_stride;
      kv_task.list_addr = c.pairs_addr;
      kv_task.pairs = c.pairs;
      return kv_task;
    end
    kv_task.rope = (w.flags & FLAG_ROPE) != '0;
    kv_task.rows = w.rows;
    kv_task.q_heads = w.q_heads;
    kv_task.kv_heads = w.kv_heads;
    kv_task.head_blocks = w.head_blocks[3:0];
    kv_task.x_addr = w.x_addr;
    kv_task.q_addr = w.q_addr;
    kv_task.kv_addr = w.kv_addr;
    kv_task.block_stride = w.block_stride;
    kv_task.list_addr = w.slots_addr;
    kv_task.rope_addr = w.rope_addr;
    for (int unsigned s = 1; 2 ** s <= PAGE_TOKENS; s++) begin
      if ((32'(w.kv_heads) << s) <= ports) kv_task.split_log2 = 3'(s);
    end
    tokens = 5'(PAGE_TOKENS) >> kv_task.split_log2;
    kv_task.exponent_words = 3'((10'(tokens) * 10'(w.head_blocks[3:0]) * 10'd2 + 10'd63) >> 6);
    kv_task.mantissa_words = 7'((9'(tokens) * 9'(w.head_blocks[3:0]) + 9'd1) >> 1);
    kv_task.chunk_words = 8'(kv_task.exponent_words) + {kv_task.mantissa_words, 1'b0};
    kv_task.q_blocks = 11'(w.q_heads) * 11'(w.head_blocks[3:0]);
    kv_task.record_words = 10'((17'(kv_task.q_blocks) * 17'd33 + 17'd63) >> 6);
    kv_task.row_words = 16'((17'(w.q_heads) + {w.kv_heads, 1'b0})
                            * 17'({w.head_blocks[3:0], 1'b0}));
  endfunction

endpackage : ofpga_kv_pkg
