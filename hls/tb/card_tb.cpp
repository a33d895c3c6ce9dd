// Bench of the card around the kernels, its refusals included: card_tb FILE.vec...
#include "card.h"
#include "vectors.hpp"

int main(int argc, char **argv) {
  using namespace ofpga;
  return tb::run("card", argc - 1, argv + 1, [](tb::Vector &v) {
    uint8_t *ports[PORTS];
    for (int p = 0; p < PORTS; ++p) ports[p] = v.ports[std::size_t(p)].data();
    ofpga_run_result out;
    ofpga_card_run(ports, v.ports[0].size(), v.act.data(), v.act.size(), v.program_addr, v.program_count, &out);
    const bool same = out.status != v.status ||
                      (out.index == v.index && out.tag == v.tag && out.completed == v.completed);
    return same ? out.status : ~0u;
  });
}
