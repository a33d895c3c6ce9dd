/* The C interface of a csim library: a card of one size, its kernels compiled for the CPU.
 *
 * Stateless and re-entrant: threads may run programs at the same time over different memories. */
#ifndef OFPGA_CARD_H
#define OFPGA_CARD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OFPGA_CARD_API __attribute__((visibility("default")))

/* What the sequencer's registers of the same names say after a program, and the time spent, by opcode. */
typedef struct {
  uint32_t status;
  uint32_t index; /* of the command that failed; of the missing END: the number of commands */
  uint32_t tag;   /* of the command that failed */
  uint32_t completed;
  uint64_t nanoseconds[8];
} ofpga_run_result;

/* A read-only register by its offset in the contract: CONTRACT_ID, PORTS, ROWS, K_BLOCKS, HEAD_BLOCKS, CONTEXT; else
 * 0. */
OFPGA_CARD_API uint32_t ofpga_card_info(uint32_t reg_offset);

/* Executes the program of `program_count` commands at word `program_addr` of the activation space.
 *
 * port_mem: PORTS spaces of port_bytes each; act_mem: the activation space of act_bytes; sizes are cut to whole
 * words, no alignment is asked for (64 bytes is quickest). Nothing outside them is touched, whatever the program
 * says. Returns 0 when `out` holds the result, -1 when a pointer is null. */
OFPGA_CARD_API int ofpga_card_run(uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem, uint64_t act_bytes,
                                  uint32_t program_addr, uint32_t program_count, ofpga_run_result *out);

#ifdef __cplusplus
}
#endif

#endif /* OFPGA_CARD_H */
