// Why assembly: with the words of the runs on the stack, where a lookup reads them as it goes, the
// state of all eight runs stays in registers, and a lookup is five instructions. Compilers keep the
// state in memory instead.
#include "codec/huffman_rounds.h"

#ifdef PENSTOCK_HUFFMAN_ROUNDS

namespace penstock::huffman {
// What the text below takes for granted.
static_assert(kStreams == 8 && kLookups == 5 && kCodeBitsMost == 11 && kMultiMost == 4);
static_assert(kRoundsStride == 16384 && sizeof(Multi) == 8);
static_assert(kTakenShift == 8 && kCountShift == 16 && kBytesShift == 32 && kUsedMask == 0xFF);
static_assert(offsetof(MultiStreams, in) == 0 && offsetof(MultiStreams, at) == 64 &&
              offsetof(MultiStreams, out) == 128);
}  // namespace penstock::huffman

// r8 to r15: the lower half of `at`, in which there is room for what a run of ours makes. rdi: the
// output of the first run. rbp: the table. rbx: rounds left. rsi: 16, for a shift.
// On the stack: 0 to 63: where the runs read; 64 to 127: the words that stand there; 128:
// `streams`. bextr takes from a word as many bits as the second byte of `at` says, from where the
// first says. A round touches the input half a KiB ahead in one of the runs, the next round in the
// next one; in eight rounds no run gets further than a cache line.
asm(R"(
  .text
  .macro PENSTOCK_MULTI_LOOKUP at, run
  bextr %\at, 64+\run*8(%rsp), %rax
  mov 4(%rbp,%rax,8), %ecx
  shrx %esi, %\at\()d, %edx
  add (%rbp,%rax,8), %\at\()d
  mov %ecx, \run*16384(%rdi,%rdx)
  .endm

  .macro PENSTOCK_MULTI_REFILL at, run
  bextr %ecx, %\at\()d, %eax
  and $0xFFFFFF07, %\at\()d
  add \run*8(%rsp), %rax
  mov %rax, \run*8(%rsp)
  mov (%rax), %rax
  mov %rax, 64+\run*8(%rsp)
  .endm

  .globl penstock_huffman_multi_rounds
  .hidden penstock_huffman_multi_rounds
  .type penstock_huffman_multi_rounds, @function
  .p2align 6
penstock_huffman_multi_rounds:
  .cfi_startproc
  .irp saved, rbx, rbp, r12, r13, r14, r15
  push %\saved
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %\saved, 0
  .endr
  sub $136, %rsp
  .cfi_adjust_cfa_offset 136
  mov %rdi, 128(%rsp)
  .irp at, 0, 8, 16, 24, 32, 40, 48, 56
  mov \at(%rdi), %rax
  mov %rax, \at(%rsp)
  mov (%rax), %rax
  mov %rax, 64+\at(%rsp)
  .endr
  mov 64(%rdi), %r8d
  mov 72(%rdi), %r9d
  mov 80(%rdi), %r10d
  mov 88(%rdi), %r11d
  mov 96(%rdi), %r12d
  mov 104(%rdi), %r13d
  mov 112(%rdi), %r14d
  mov 120(%rdi), %r15d
  mov 128(%rdi), %rdi
  mov %rsi, %rbp
  mov %rdx, %rbx
  mov $16, %esi
  .p2align 6
1:
  .rept 5
  PENSTOCK_MULTI_LOOKUP r8, 0
  PENSTOCK_MULTI_LOOKUP r9, 1
  PENSTOCK_MULTI_LOOKUP r10, 2
  PENSTOCK_MULTI_LOOKUP r11, 3
  PENSTOCK_MULTI_LOOKUP r12, 4
  PENSTOCK_MULTI_LOOKUP r13, 5
  PENSTOCK_MULTI_LOOKUP r14, 6
  PENSTOCK_MULTI_LOOKUP r15, 7
  .endr
  mov %ebx, %ecx
  and $7, %ecx
  mov (%rsp,%rcx,8), %rax
  prefetcht0 512(%rax)
  mov $0x503, %ecx  # for bextr: the whole bytes among the used bits
  PENSTOCK_MULTI_REFILL r8, 0
  PENSTOCK_MULTI_REFILL r9, 1
  PENSTOCK_MULTI_REFILL r10, 2
  PENSTOCK_MULTI_REFILL r11, 3
  PENSTOCK_MULTI_REFILL r12, 4
  PENSTOCK_MULTI_REFILL r13, 5
  PENSTOCK_MULTI_REFILL r14, 6
  PENSTOCK_MULTI_REFILL r15, 7
  sub $1, %rbx
  jnz 1b
  mov 128(%rsp), %rdi
  mov %r8, 64(%rdi)
  mov %r9, 72(%rdi)
  mov %r10, 80(%rdi)
  mov %r11, 88(%rdi)
  mov %r12, 96(%rdi)
  mov %r13, 104(%rdi)
  mov %r14, 112(%rdi)
  mov %r15, 120(%rdi)
  .irp at, 0, 8, 16, 24, 32, 40, 48, 56
  mov \at(%rsp), %rax
  mov %rax, \at(%rdi)
  .endr
  add $136, %rsp
  .cfi_adjust_cfa_offset -136
  .irp saved, r15, r14, r13, r12, rbp, rbx
  pop %\saved
  .cfi_adjust_cfa_offset -8
  .cfi_restore %\saved
  .endr
  ret
  .cfi_endproc
  .size penstock_huffman_multi_rounds, . - penstock_huffman_multi_rounds
)");

#endif
