// What the stages of the attention unit tell each other.
package ofpga_attention_pkg;
  import ofpga_pkg::*;

  localparam int unsigned PositionBits = 18;  // of a token: 0..CONTEXT_MAX
  localparam int unsigned BlockBits = PositionBits - $clog2(PAGE_TOKENS);  // of a KV block
  localparam int unsigned WordAddrBits = 58;  // of a byte address of 64 bits
  localparam int unsigned SumBits = 61;  // of A (docs/numerics.md, 8), signed
  localparam int unsigned TotalBits = 34;  // of L
  localparam int unsigned ProbBits = PROB_BITS + 1;  // of p
  localparam int unsigned GroupTokens = 16;  // whose products a DSP adds up
  localparam int unsigned PartBits = 48;  // of their sum, signed
  localparam int unsigned SumsLatency = 4;  // from a place to a port's sums
  localparam int unsigned ResultBanks = 4;  // items between their first sums and their division: 3

  typedef logic [PositionBits-1:0] position_t;
  typedef logic [WordAddrBits-1:0] addr_t;
  typedef logic signed [31:0] score_t;
  typedef logic [ProbBits-1:0] prob_t;
  typedef logic signed [SumBits-1:0] sum_t;
  typedef logic [TotalBits-1:0] total_t;
  typedef logic signed [PartBits-1:0] part_t;
  typedef logic [$clog2(ResultBanks)-1:0] result_bank_t;
  typedef logic [$clog2(BLOCK/2)-1:0] pair_t;  // two elements of a block

  // A place of a port's queue of scores has one for each lane of the unit. In an item of few lanes
  // and many tokens 2^pack_log2 tokens share a place.
  localparam int unsigned PackMax = 3;
  typedef logic [1:0] pack_t;
  typedef logic [PackMax-1:0] phase_t;  // which of these tokens

  // An ATTENTION command, with what follows from its fields (docs/numerics.md, 10.3 and 10.4).
  typedef struct packed {
    logic [31:0] q_addr;
    logic [31:0] y_addr;
    logic [31:0] kv_addr;
    logic [31:0] block_stride;
    logic [31:0] segments_addr;
    logic [15:0] segments;
    logic [31:0] window;
    logic        causal;
    logic [15:0] q_heads;
    logic [15:0] group;  // query heads of a key/value head
    logic [3:0]  head_blocks;
    logic [19:0] chunks;  // of a KV block: kv_heads * split
    logic [2:0]  split_log2;
    logic [4:0]  tokens;  // of a chunk
    logic [7:0]  beats;  // blocks of a chunk's keys, and again of its values
    logic [2:0]  exponent_words;  // of a chunk
    logic [6:0]  mantissa_words;  // of a chunk's keys, and again of its values
    logic [15:0] record_words;  // of a q record
  } task_t;

  // A query: a row and one of the heads that share a key/value head. It sees tokens [low, high).
  typedef struct packed {
    logic        valid;
    logic [15:0] row;
    logic [15:0] head;  // within the group
    position_t   low;
    position_t   high;
  } lane_t;

  // One pass over the keys and one over the values of some KV blocks of a segment: on every port p
  // the chunk port_base + p, for up to Lanes queries.
  typedef struct packed {
    logic [19:0]          port_base;  // slot * Ports
    logic [23:0]          chunk_base;  // words from a KV block's first chunk to the slot's
    logic [3:0]           lanes;
    logic [BlockBits-1:0] first_block;
    logic [BlockBits-1:0] blocks;
    logic                 table_bank;
    pack_t                pack_log2;  // tokens whose scores share a place of the queue
    logic                 ends_segment;
  } item_t;

  function automatic logic [3:0] lanes_of(logic [3:0] lanes, pack_t pack_log2);
    return lanes >> pack_log2;
  endfunction

  function automatic phase_t last_phase(pack_t pack_log2);
    return phase_t'((4'd1 << pack_log2) - 4'd1);
  endfunction

  // Mantissas of a block. -128, which no KV_WRITE leaves, counts as -127: the packed products of
  // rtl/lib are exact only from there.
  function automatic logic [BLOCK-1:0][7:0] in_range(logic [BLOCK-1:0][7:0] mantissas);
    for (int unsigned i = 0; i < BLOCK; i++) begin
      in_range[i] = mantissas[i] | 8'(mantissas[i] == 8'h80);
    end
  endfunction

  // The first token of a KV block's chunk on the port that has part `part` of its head.
  function automatic position_t first_token(logic [BlockBits-1:0] block, logic [3:0] part,
                                            logic [2:0] split_log2);
    return {block, 4'd0} + PositionBits'({part, 4'd0} >> split_log2);
  endfunction

  // All but `group`, which takes a division.
  function automatic task_t task_of(attention_command_t c, logic [19:0] ports);
    task_of = '0;
    task_of.q_addr = c.q_addr;
    task_of.y_addr = c.y_addr;
    task_of.kv_addr = c.kv_addr;
    task_of.block_stride = c.block_stride;
    task_of.segments_addr = c.segments_addr;
    task_of.segments = c.segments[15:0];
    task_of.window = c.window;
    task_of.causal = (c.flags & FLAG_CAUSAL) != '0;
    task_of.q_heads = c.q_heads;
    task_of.head_blocks = c.head_blocks[3:0];
    for (int unsigned s = 1; s <= $clog2(PAGE_TOKENS); s++) begin
      if ((20'(c.kv_heads) << s) <= ports) task_of.split_log2 = 3'(s);
    end
    task_of.chunks = 20'(c.kv_heads) << task_of.split_log2;
    task_of.tokens = 5'(PAGE_TOKENS >> task_of.split_log2);
    task_of.beats = 8'(task_of.tokens) * 8'(task_of.head_blocks);
    task_of.exponent_words = 3'((9'(task_of.beats) + 9'd31) >> 5);
    task_of.mantissa_words = 7'((9'(task_of.beats) + 9'd1) >> 1);
    task_of.record_words = 16'((27'(c.q_heads) * 27'(task_of.head_blocks) * 27'd33 + 27'd63) >> 6);
  endfunction

endpackage : ofpga_attention_pkg
