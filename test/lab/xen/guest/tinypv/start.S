/* Where Xen enters a 64-bit PV guest: flat, paging on, %rsi = start_info. Virtual addresses equal pseudo-physical ones. */
#include <xen/elfnote.h>

        .text
        .globl  _start, hypercall_page
_start:
        cld
        lea     stack_top(%rip), %rsp
        xor     %ebp, %ebp
        mov     %rsi, %rdi
        call    guest_main
1:      jmp     1b

        /* Xen fills it with 128 stubs of 32 bytes, one a hypercall. */
        .balign 4096
hypercall_page:
        .skip   4096

        .bss
        .balign 16
        .skip   16384
stack_top:

.macro  note type, value:vararg
        .pushsection .note.Xen, "a", @note
        .balign 4
        .long   4, 2f - 1f, \type
        .asciz  "Xen"
1:      \value
2:      .balign 4
        .popsection
.endm

        note    XEN_ELFNOTE_GUEST_OS, .asciz "tinypv"
        note    XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
        note    XEN_ELFNOTE_LOADER, .asciz "generic"
        note    XEN_ELFNOTE_VIRT_BASE, .quad 0
        note    XEN_ELFNOTE_PADDR_OFFSET, .quad 0
        note    XEN_ELFNOTE_ENTRY, .quad _start
        note    XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page
        note    XEN_ELFNOTE_FEATURES, .asciz "!writable_page_tables|pae_pgdir_above_4gb"
        note    XEN_ELFNOTE_PAE_MODE, .asciz "yes"

        .section .note.GNU-stack, "", @progbits
