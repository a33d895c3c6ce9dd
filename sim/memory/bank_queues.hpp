// The accesses that wait for their banks: first in, first out at each bank, in a pool of fixed size.
#ifndef OFPGA_MEMORY_BANK_QUEUES_HPP
#define OFPGA_MEMORY_BANK_QUEUES_HPP

#include <array>
#include <cstdint>
#include <vector>

namespace ofpga_memory {

constexpr uint32_t MAX_BANKS = 32;

// One READ or WRITE to be.
struct Access {
  uint64_t order;  // of arrival, among the accesses of its queues
  uint64_t ready;  // clock of the earliest command for it
  uint64_t row;
  uint32_t bank;
  uint32_t words;   // reads: words it gives, at least in part
  uint64_t number;  // reads: of the first of these words; writes: of the access, from the memory's first
};

class BankQueues {
 public:
  explicit BankQueues(uint32_t capacity) : nodes_(capacity) { clear(); }

  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  uint32_t occupied() const { return occupied_; }  // bit b: something waits for bank b

  const Access &front(uint32_t bank) const { return nodes_[heads_[bank]].access; }
  uint64_t last_number() const { return last_number_; }  // of the access pushed last

  void push(const Access &access) {
    const uint32_t at = free_;
    Node &node = nodes_[at];
    free_ = node.next;
    node = {access, NONE};
    node.access.order = next_order_++;
    if (occupied_ >> access.bank & 1) {
      nodes_[tails_[access.bank]].next = at;
    } else {
      heads_[access.bank] = at;
      occupied_ |= 1u << access.bank;
    }
    tails_[access.bank] = at;
    last_number_ = access.number;
    ++size_;
  }

  void pop(uint32_t bank) {
    const uint32_t at = heads_[bank];
    heads_[bank] = nodes_[at].next;
    if (heads_[bank] == NONE) occupied_ &= ~(1u << bank);
    nodes_[at].next = free_;
    free_ = at;
    --size_;
  }

  void clear() {
    for (uint32_t i = 0; i < nodes_.size(); ++i) nodes_[i].next = i + 1;
    free_ = size_ = occupied_ = 0;
    next_order_ = last_number_ = 0;
  }

 private:
  static constexpr uint32_t NONE = ~0u;
  struct Node {
    Access access;
    uint32_t next;
  };

  std::vector<Node> nodes_;
  std::array<uint32_t, MAX_BANKS> heads_{}, tails_{};
  uint32_t free_ = 0, size_ = 0, occupied_ = 0;
  uint64_t next_order_ = 0, last_number_ = 0;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_BANK_QUEUES_HPP
