# The heartbeat guest: one 512-byte boot sector for QEMU's pc and q35 machines under SeaBIOS, and Xen's hvm guests.
# It says HEARTBEAT n on COM1, answers the power button, and misbehaves on request: README.md documents the bytes that choose how.
# Build: guests/heartbeat/build.ts (GNU as and ld).
	.intel_syntax noprefix
	.code16
	.text
	.globl _start

	# Where things live
	.set	BEAT,		0x7e00	# beat number (word); also the buffer of the disk sector that can keep it
	.set	BIOS_TICKS,	0x046c	# counted up by the BIOS at 18.2 Hz
	.set	COM1,		0x3f8
	.set	PM_STATUS,	0x600	# ACPI PM1a event status, enable (+2) and control (+4), where SeaBIOS puts them on both machines
	.set	PIIX4_PM,	0x80000b00	# 00:01.3 of pc and of Xen's PC: its configuration says where they truly are (+0x40)
	.set	POWER_BUTTON,	1 << 8
	.set	HOTPLUG_PC,	0xae00	# ACPI PCI hotplug: +4 going down, +8 eject, +16 bus selector
	.set	HOTPLUG_Q35,	0x0cc0

	# Bits of `mode`
	.set	IGNORE_BUTTON,	1 << 0
	.set	KEEP_NUMBER,	1 << 4
	.set	REFUSE_UNPLUG,	1 << 5

_start:	jmp	0:canonical		# some BIOSes enter at 07c0:0000
canonical:
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	sp, OFFSET _start	# the stack grows down from this code
	mov	[drive], dl
	mov	[BEAT], ax
	mov	ah, 2			# BIOS: read
	call	sector

	mov	dx, COM1 + 1
	xor	ax, ax
	out	dx, al			# no interrupts
	inc	dx
	mov	al, 7
	out	dx, al			# FIFO on and empty
	inc	dx
	mov	al, 3
	out	dx, al			# 8N1; emulated lines have no speed

	mov	eax, PIIX4_PM
	call	configuration
	cmp	eax, 0x71138086		# is that who is there? Firmware of Xen has other habits than SeaBIOS has
	jne	at_home
	mov	eax, PIIX4_PM + 0x40
	call	configuration
	and	al, 0xc0
	mov	[pm], ax
at_home:
	mov	dx, [pm]		# what an ACPI system does first: forget an old press, enable the button, take the machine
	mov	ax, POWER_BUTTON
	out	dx, ax
	inc	dx
	inc	dx
	out	dx, ax
	inc	dx
	inc	dx
	in	ax, dx
	or	al, 1			# SCI_EN
	out	dx, ax
	sti

beat:	inc	word ptr [BEAT]
	mov	ah, 3			# BIOS: write
	call	sector
	mov	si, OFFSET greeting
	call	print
	mov	ax, [BEAT]
	call	print_number
	mov	si, OFFSET tag
	cmp	byte ptr [si], 0
	je	untagged
	mov	al, ' '
	call	print_char
	call	print
untagged:
	mov	si, OFFSET newline
	call	print

	movzx	ax, byte ptr [count]
	test	ax, ax
	jz	rest
	cmp	[BEAT], ax
	jb	rest
	mov	bl, [mode]		# the action's number times two is its place in the table
	and	bx, 7 << 1
	jmp	[bx + actions]

rest:	mov	di, [BIOS_TICKS]
resting:
	call	tick
	mov	ax, [BIOS_TICKS]
	sub	ax, di
	cmp	al, [ticks]
	jb	resting
	jmp	beat

# -- what to do after `count` beats -------------------------------------------------------------------------------------------------
actions:
	.word	rest, triple_fault, halt, power_off, reset, silent, panic, starve_watchdog

triple_fault:
	lidt	[no_vectors]
	int3
panic:	mov	dx, 0x505		# pvpanic
	mov	al, 1
	jmp	out_and_halt
reset:	mov	dx, 0xcf9
	mov	al, 6
out_and_halt:
	out	dx, al
halt:	cli
	hlt
	jmp	halt
starve_watchdog:
	mov	dx, 0x443		# ib700: 2 seconds, and nobody feeds it
	mov	al, 0x0e
	out	dx, al
silent:	call	tick
	jmp	silent

# -- once a timer tick: be a guest with ACPI -----------------------------------------------------------------------------------------
tick:	hlt				# the 18.2 Hz timer wakes it, so that an idle guest costs its host next to nothing
	test	byte ptr [mode], REFUSE_UNPLUG
	jnz	no_unplug
	mov	dx, HOTPLUG_PC + 4
	call	let_go
	mov	dx, HOTPLUG_Q35 + 4
	call	let_go
no_unplug:
	test	byte ptr [mode], IGNORE_BUTTON
	jnz	tick_done
	mov	dx, [pm]
	in	ax, dx
	test	ah, POWER_BUTTON >> 8
	jz	tick_done
	mov	si, OFFSET button
	call	print
power_off:
	mov	dx, [pm]
	add	dx, 4
	mov	ax, 1 << 13		# SLP_EN with sleep type 0: off
	out	dx, ax
	jmp	halt
tick_done:
	ret

# dx = the "going down" register of an ACPI PCI hotplug block. Ejects whatever is asked to go, on 16 buses.
let_go:	mov	cx, 16
1:	movzx	eax, cx
	dec	ax
	add	dl, 12
	out	dx, eax			# select the bus
	sub	dl, 12
	in	eax, dx
	add	dl, 4
	inc	eax
	jz	2f			# all ones: there is no such block on this machine
	dec	eax
	jz	2f			# nobody asked
	out	dx, eax
2:	sub	dl, 4
	loop	1b
	ret

# eax = a register of a PCI function's configuration; answers with what is in it.
configuration:
	mov	dx, 0xcf8
	out	dx, eax
	mov	dl, 0xfc
	in	eax, dx
	ret

# ah = 2 (read) or 3 (write): the disk sector after this one, where the number is kept. Does nothing unless it was asked for.
sector:	test	byte ptr [mode], KEEP_NUMBER
	jz	3f
	mov	al, 1
	mov	bx, BEAT
	mov	cx, 2			# cylinder 0, sector 2 (they count from 1)
	mov	dh, 0
	mov	dl, [drive]
	int	0x13
3:	ret

# -- words on the serial line ------------------------------------------------------------------------------------------------------
print:	lodsb				# si = text that ends with a zero
	test	al, al
	jz	3b
	call	print_char
	jmp	print

print_number:				# ax, in decimal
	xor	cx, cx
	mov	bx, 10
4:	xor	dx, dx
	div	bx
	push	dx
	inc	cx
	test	ax, ax
	jnz	4b
5:	pop	ax
	add	al, '0'
	call	print_char
	loop	5b
	ret

print_char:				# al; keeps everything but dx
	pusha
	xchg	bx, ax
	mov	dx, COM1 + 5
	mov	cx, -1			# a line that nobody drains loses text rather than hanging the guest
6:	in	al, dx
	test	al, 0x20
	loopz	6b
	xchg	bx, ax
	mov	dx, COM1
	out	dx, al
	popa
	ret

greeting:
	.asciz	"HEARTBEAT "
button:	.ascii	"POWERBUTTON"
newline:
	.asciz	"\r\n"
no_vectors:
	.word	0, 0, 0
drive:	.byte	0
pm:	.word	PM_STATUS

# -- bytes that a test may patch ------------------------------------------------------------------------------------------------------
	.org	0x1f0
mode:	.byte	0
count:	.byte	0
ticks:	.byte	9
	.byte	0
tag:	.fill	9, 1, 0
	.org	0x1fe
	.word	0xaa55
