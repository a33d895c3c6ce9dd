/* The C interface of a Verilated card of one size with the memories behind its ports.
 *
 * A card is one caller's at a time; several may be open. */
#ifndef OFPGA_SIM_CARD_H
#define OFPGA_SIM_CARD_H

#include <stdint.h>

#include "memories.h"

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

/* A handshake between the sequencer and a unit, in a run. The units take commands in program order, each its own. */
typedef struct {
  uint64_t cycle;      /* from the doorbell */
  uint64_t port_words; /* read and written so far, over all ports */
  uint32_t kind;       /* 0: the unit takes a command; 1: it may go; 2: it is done */
  uint32_t unit;       /* 0: MATMUL, 1: ATTENTION, 2: KV_WRITE and KV_COPY */
} ofpga_card_event;

/* A card out of reset. Null if the options make no sense or it does not come out of reset: `why` (of `why_bytes`) says. */
OFPGA_CARD_API ofpga_card *ofpga_card_open(const ofpga_memory_options *memory, char *why, uint32_t why_bytes);
OFPGA_CARD_API void ofpga_card_close(ofpga_card *card);

/* A register by its offset in the contract, read as the host reads it; 0 once the card has failed. */
OFPGA_CARD_API uint32_t ofpga_card_info(ofpga_card *card, uint32_t reg_offset);
/* Writes one; 0, or -1 once the card has failed. */
OFPGA_CARD_API int ofpga_card_set(ofpga_card *card, uint32_t reg_offset, uint32_t value);

/* Runs the program of `program_count` commands at word `program_addr` of the activation space.
 *
 * port_mem: PORTS spaces of port_bytes each; act_mem: the activation space of act_bytes; sizes are cut to whole words.
 * Nothing outside them is touched: the memory answers DECERR there.
 * Returns 0 when `out` holds the result, -1 when a pointer is null or the card has failed, see ofpga_card_error. */
OFPGA_CARD_API int ofpga_card_run(ofpga_card *card, uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem,
                                  uint64_t act_bytes, uint32_t program_addr, uint32_t program_count,
                                  ofpga_run_result *out);

/* Of the last run: the words of a port, the activation space's at PORTS. */
OFPGA_CARD_API uint64_t ofpga_card_words(const ofpga_card *card, uint32_t port);
/* Of the last run: how many events there were; the first `most` of them are copied to `events`. */
OFPGA_CARD_API uint64_t ofpga_card_events(const ofpga_card *card, ofpga_card_event *events, uint64_t most);

/* Words that one of the card's memories gives in `cycles` cycles when it is read in sequence, after a while of that. */
OFPGA_CARD_API uint64_t ofpga_card_sequential(const ofpga_card *card, uint64_t cycles);

/* Why the card failed (it hangs, breaches AXI, or an assertion of the design does not hold); empty if it has not. */
OFPGA_CARD_API const char *ofpga_card_error(const ofpga_card *card);

#ifdef __cplusplus
}
#endif

#endif /* OFPGA_SIM_CARD_H */
