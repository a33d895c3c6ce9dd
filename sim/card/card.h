/* The C interface of a Verilated card of one size, with an ideal memory: a word a cycle and port, a fixed latency;
 * or, for tests, one that stalls.
 *
 * A card is one caller's at a time; several may be open. */
#ifndef OFPGA_SIM_CARD_H
#define OFPGA_SIM_CARD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OFPGA_CARD_API __attribute__((visibility("default")))

typedef struct ofpga_card ofpga_card;

/* What the sequencer's registers of the same names say after a program, and what it took. */
typedef struct {
  uint32_t status;
  uint32_t index; /* of the command that failed; of the missing END: the number of commands */
  uint32_t tag;   /* of the command that failed */
  uint32_t completed;
  uint64_t cycles;     /* from the doorbell to the interrupt */
  uint64_t port_words; /* read and written, over all ports */
  uint64_t act_words;
} ofpga_run_result;

/* A card out of reset, whose memories answer after `latency` cycles and are unwilling in `stall` of 16 cycles, at random
 * from `seed`. Null if it does not come out of reset. */
OFPGA_CARD_API ofpga_card *ofpga_card_open(uint32_t latency, uint32_t stall, uint32_t seed);
OFPGA_CARD_API void ofpga_card_close(ofpga_card *card);

/* A register by its offset in the contract, read as the host reads it; 0 once the card has failed. */
OFPGA_CARD_API uint32_t ofpga_card_info(ofpga_card *card, uint32_t reg_offset);

/* Runs the program of `program_count` commands at word `program_addr` of the activation space.
 *
 * port_mem: PORTS spaces of port_bytes each; act_mem: the activation space of act_bytes; sizes are cut to whole words.
 * Nothing outside them is touched: the memory answers DECERR there.
 * Returns 0 when `out` holds the result, -1 when a pointer is null or the card has failed, see ofpga_card_error. */
OFPGA_CARD_API int ofpga_card_run(ofpga_card *card, uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem,
                                  uint64_t act_bytes, uint32_t program_addr, uint32_t program_count,
                                  ofpga_run_result *out);

/* Why the card failed (it hangs, breaches AXI, or an assertion of the design does not hold); empty if it has not. */
OFPGA_CARD_API const char *ofpga_card_error(const ofpga_card *card);

#ifdef __cplusplus
}
#endif

#endif /* OFPGA_SIM_CARD_H */
