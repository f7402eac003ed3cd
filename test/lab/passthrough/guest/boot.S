# First sector of the probe guest's disk. Loads the probe (32-bit, probe.c) from the sectors behind it and runs it, then loads the heartbeat
# guest from sector 32 and becomes that: so it says what it has found, and afterwards beats and obeys its power button.
	.code16
	.globl boot
boot:	cli
	cld
	xorw %ax, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movw $0x6000, %sp
	# Out of the way of the sector that is loaded to 0x7c00 in the end.
	movw $0x7c00, %si
	movw $0x6000, %di
	movw $256, %cx
	rep movsw
	ljmp $0, $here
here:	movb %dl, drive
	sti
	movw $packet, %si
	call load
	cli
	inb $0x92, %al
	orb $2, %al
	outb %al, $0x92
	lgdtl tables
	movl %cr0, %eax
	orb $1, %al
	movl %eax, %cr0
	ljmp $8, $protected
	.code32
protected:
	movw $16, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movl $0x6000, %esp
	movl $0x8000, %eax
	call *%eax
	ljmp $24, $narrow
	.code16
narrow:	movw $32, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movl %cr0, %eax
	andb $0xfe, %al
	movl %eax, %cr0
	ljmp $0, $real
real:	xorw %ax, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movw $0x6000, %sp
	sti
	movw $heart, %si
	call load
	movb drive, %dl
	ljmp $0, $0x7c00

load:	movb drive, %dl
	movb $0x42, %ah
	int $0x13
	jc stuck
	ret
stuck:	movw $0x3f8, %dx
	movb $'!', %al
	outb %al, %dx
	hlt
	jmp stuck

drive:	.byte 0
	.align 4
packet:	.byte 16, 0
	.word 31, 0x8000, 0
	.quad 1
heart:	.byte 16, 0
	.word 1, 0x7c00, 0
	.quad 32
	# Flat code and data of 32 bits, and of 16 for the way back.
	.align 8
segments:
	.quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff, 0x00009a000000ffff, 0x000092000000ffff
tables:	.word 39
	.long segments
	.org 510
	.word 0xaa55
