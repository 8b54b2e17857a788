// Why assembly: a lookup waits seven cycles for the one before it in its stream, so all eight
// streams have to be under way at the same time, and a processor looks ahead only so far. Eight
// buffers, the table, the output and four entries are all the registers there are, and compilers
// put some of the buffers on the stack instead: 2.0 GB/s where this makes 2.5.
#include "codec/huffman_rounds.h"

#ifdef PENSTOCK_HUFFMAN_ROUNDS

namespace penstock::huffman {
// What the text below takes for granted.
static_assert(kStreams == 8 && kLookups == 5 && kCodeBitsMost == 11 && kByteShift == 8);
static_assert(kRoundsStride == 16384 && sizeof(Single) == 2);
static_assert(offsetof(Streams, bits) == 0 && offsetof(Streams, in) == 64 &&
              offsetof(Streams, out) == 128);
}  // namespace penstock::huffman

// r8 to r15: the buffers. rdi: the output of the first run. rbp: the table. rsi: the bits of an
// index. rax to rdx: entries, whose second byte only these registers can name; while buffers are
// filled, rdx holds the used bits, ored.
// On the stack: 0 to 63: where the runs read; 64: rounds left; 72: used bits of all rounds, ored;
// 80: the bit above a buffer; 88: `streams`.
asm(R"(
  .text
  .macro PENSTOCK_LOOKUPS b0, b1, b2, b3, run, symbol
  bzhi %rsi, \b0, %rax
  bzhi %rsi, \b1, %rbx
  bzhi %rsi, \b2, %rcx
  bzhi %rsi, \b3, %rdx
  movzwl (%rbp,%rax,2), %eax
  movzwl (%rbp,%rbx,2), %ebx
  movzwl (%rbp,%rcx,2), %ecx
  movzwl (%rbp,%rdx,2), %edx
  shrx %rax, \b0, \b0
  movb %ah, (\run+0)*16384+\symbol(%rdi)
  shrx %rbx, \b1, \b1
  movb %bh, (\run+1)*16384+\symbol(%rdi)
  shrx %rcx, \b2, \b2
  movb %ch, (\run+2)*16384+\symbol(%rdi)
  shrx %rdx, \b3, \b3
  movb %dh, (\run+3)*16384+\symbol(%rdi)
  .endm

  .macro PENSTOCK_REFILL b, in
  lzcnt \b, %rax
  or %eax, %edx
  mov %eax, %ebx
  shr $3, %ebx
  add \in(%rsp), %rbx
  mov %rbx, \in(%rsp)
  and $7, %eax
  mov (%rbx), \b
  or 80(%rsp), \b
  shrx %rax, \b, \b
  .endm

  .globl penstock_huffman_rounds
  .hidden penstock_huffman_rounds
  .type penstock_huffman_rounds, @function
  .p2align 6
penstock_huffman_rounds:
  .cfi_startproc
  .irp saved, rbx, rbp, r12, r13, r14, r15
  push %\saved
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %\saved, 0
  .endr
  sub $104, %rsp
  .cfi_adjust_cfa_offset 104
  mov %rdi, 88(%rsp)
  mov %rdx, 64(%rsp)
  movq $0, 72(%rsp)
  movabs $0x8000000000000000, %rax
  mov %rax, 80(%rsp)
  .irp at, 0, 8, 16, 24, 32, 40, 48, 56
  mov 64+\at(%rdi), %rax
  mov %rax, \at(%rsp)
  .endr
  mov 0(%rdi), %r8
  mov 8(%rdi), %r9
  mov 16(%rdi), %r10
  mov 24(%rdi), %r11
  mov 32(%rdi), %r12
  mov 40(%rdi), %r13
  mov 48(%rdi), %r14
  mov 56(%rdi), %r15
  mov 128(%rdi), %rdi
  mov %rsi, %rbp
  mov $11, %esi
  .p2align 6
1:
  .irp symbol, 0, 1, 2, 3, 4
  PENSTOCK_LOOKUPS %r8, %r9, %r10, %r11, 0, \symbol
  PENSTOCK_LOOKUPS %r12, %r13, %r14, %r15, 4, \symbol
  .endr
  xor %edx, %edx
  PENSTOCK_REFILL %r8, 0
  PENSTOCK_REFILL %r9, 8
  PENSTOCK_REFILL %r10, 16
  PENSTOCK_REFILL %r11, 24
  PENSTOCK_REFILL %r12, 32
  PENSTOCK_REFILL %r13, 40
  PENSTOCK_REFILL %r14, 48
  PENSTOCK_REFILL %r15, 56
  or %edx, 72(%rsp)
  add $5, %rdi
  subq $1, 64(%rsp)
  jnz 1b
  mov 88(%rsp), %rdi
  mov %r8, 0(%rdi)
  mov %r9, 8(%rdi)
  mov %r10, 16(%rdi)
  mov %r11, 24(%rdi)
  mov %r12, 32(%rdi)
  mov %r13, 40(%rdi)
  mov %r14, 48(%rdi)
  mov %r15, 56(%rdi)
  .irp at, 0, 8, 16, 24, 32, 40, 48, 56
  mov \at(%rsp), %rax
  mov %rax, 64+\at(%rdi)
  .endr
  mov 72(%rsp), %rax
  add $104, %rsp
  .cfi_adjust_cfa_offset -104
  .irp saved, r15, r14, r13, r12, rbp, rbx
  pop %\saved
  .cfi_adjust_cfa_offset -8
  .cfi_restore %\saved
  .endr
  ret
  .cfi_endproc
  .size penstock_huffman_rounds, . - penstock_huffman_rounds
)");

#endif
