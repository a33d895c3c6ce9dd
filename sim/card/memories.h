/* What the memories of a card or of a unit alone are: part of the C interfaces of both. */
#ifndef OFPGA_SIM_MEMORIES_H
#define OFPGA_SIM_MEMORIES_H

#include <stdint.h>

/* Every port has a memory of its own of this kind, and so has the activation space. */
typedef struct {
  const char *kind;   /* "ideal": a latency, then a word a cycle; or a DRAM channel: "hbm2", "ddr4", "ddr4x16" */
  uint32_t clock_khz; /* DRAM: of the card's clock */
  /* An ideal memory only: */
  uint32_t latency;            /* cycles, at least 1 */
  uint32_t willing, unwilling; /* longest runs of cycles in which a channel moves, and does not; unwilling 0: it always does */
  uint32_t seed;               /* of those runs */
} ofpga_memory_options;

#endif /* OFPGA_SIM_MEMORIES_H */
