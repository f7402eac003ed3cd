	.code16
	.text
	.globl _start
# entered from the reset vector, CS base 0xffff0000 until the first far jump; DS, ES, SS base 0
_start:	cli
	cld
	xorw %si, %si              # to RAM: the ROM lies above 4 GiB - 64 KiB, which the page tables below do not map
	movw $0x7000, %di
	movw $(end - _start), %cx
	rep movsb %cs:(%si), %es:(%di)
	ljmp $0, $1f
1:	movl $0x1000, %edi         # page tables: PML4 at 0x1000, PDPT 0x2000, PD 0x3000: the first 2 MiB, and nothing else
	xorl %eax, %eax
	movl $0x0c00, %ecx
	rep stosl %eax, %es:(%edi)
	movw $0x2003, 0x1000
	movw $0x3003, 0x2000
	movb $0x83, 0x3000
	lgdtl gdtr
	movl $0x1000, %eax
	movl %eax, %cr3
	movl %cr4, %eax
	orl $0x620, %eax           # PAE, OSFXSR, OSXMMEXCPT
	movl %eax, %cr4
	movl $0xc0000080, %ecx     # EFER.LME
	rdmsr
	orl $0x100, %eax
	wrmsr
	movl %cr0, %eax
	andl $0xfffffffb, %eax     # EM off
	orl $0x80000003, %eax      # PG, MP, PE
	movl %eax, %cr0
	ljmpl $8, $long

	.code64
long:	movl $0x7000, %esp
	movl $16, %ebp
1:	xorl %eax, %eax
	cpuid                      # leaves the guest
	movl $4096, %ecx
	movl $0x10000, %edi
2:	movq %rcx, %xmm0
	paddq %xmm0, %xmm0
	movq %xmm0, (%rdi,%rcx,8)
	callq 3f
	loop 2b
	decl %ebp
	jnz 1b
	cmpq $8192, 0x18000        # what the loop stored for rcx = 4096
	movb $0x2a, %al
	je 4f
	movb $0x2b, %al
4:	outb %al, $0xf4
5:	hlt
	jmp 5b
3:	pushq %rcx
	popq %rdx
	retq
	.align 8
gdt:	.quad 0
	.quad 0x00209a0000000000
gdtr:	.word gdtr - gdt - 1
	.long gdt
end:
	.org 0xfff0
	.code16
	jmp _start
	.org 0x10000
