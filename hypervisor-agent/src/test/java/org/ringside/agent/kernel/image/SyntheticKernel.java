package org.ringside.agent.kernel.image;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ringside.agent.kernel.btf.BtfWriter;
import org.ringside.agent.kernel.btf.BtfWriter.Member;
import org.ringside.agent.kernel.image.KallsymsLayout.Order;
import org.ringside.agent.kernel.image.KallsymsLayout.Scheme;

/**
 * A kernel of 2 MiB in 16 MiB of memory, written by the tests: banner, symbols, types, page tables, a task list, modules. Its structures are not
 * Linux's own: who reads it has to believe its types.
 */
public final class SyntheticKernel {
    /** The usual form of a late 6.x. */
    public static final KallsymsWriter.Form LATE =
            new KallsymsWriter.Form(Order.ADDRESSES_LAST, Scheme.RELATIVE_ABSOLUTE_PERCPU, 3, true);

    public static final long TEXT = 0xffff_ffff_8f20_0000L;
    public static final long PHYSICAL = 0x60_0000;
    public static final long PAGE_OFFSET = 0xffff_9100_0000_0000L;
    public static final long MODULE_AREA = 0xffff_ffff_c000_0000L;
    public static final String BANNER = "Linux version 9.9.9-test (someone@somewhere) #1 SMP";

    /** Where things lie, in bytes from the image's start. */
    private static final int BANNER_AT = 0x10_0000;

    public static final int SYMBOLS_AT = 0x10_1000;
    private static final int TYPES_AT = 0x14_0000;
    private static final int ROOT_AT = 0x18_0000;
    private static final int VARIABLES_AT = 0x19_0000;
    private static final int INIT_TASK_AT = 0x1a_0000;
    private static final int END = 0x20_0000;

    private static final long TABLES = 0x1_0000;
    private static final long MODULES_PHYSICAL = 0x90_0000;
    private static final long HEAP = 0xa0_0000;
    private static final int MEMORY = 16 << 20;
    private static final long TABLE = 0x63;
    private static final long LARGE = 0xe3;

    private final ArrayMemory memory = new ArrayMemory(MemorySegment.ofArray(new byte[MEMORY]));
    private final Map<String, Long> symbols = new LinkedHashMap<>();
    private final boolean memParts;
    private KallsymsWriter.Block block;
    private byte[] types = new byte[0];
    private int tasks;

    /**
     * @param form how the symbols are written
     * @param memParts whether struct module has mem[] (Linux 6.4 and later), not core_layout
     */
    public SyntheticKernel(KallsymsWriter.Form form, boolean memParts) {
        this.memParts = memParts;
        symbols.put("linux_banner", TEXT + BANNER_AT);
        symbols.put("init_top_pgt", TEXT + ROOT_AT);
        symbols.put("phys_base", TEXT + VARIABLES_AT);
        symbols.put("page_offset_base", TEXT + VARIABLES_AT + 8);
        symbols.put("modules", TEXT + VARIABLES_AT + 0x10);
        symbols.put("module_kset", TEXT + VARIABLES_AT + 0x20);
        symbols.put("nr_cpu_ids", TEXT + VARIABLES_AT + 0x28);
        symbols.put("__cpu_possible_mask", TEXT + VARIABLES_AT + 0x30);
        symbols.put("__per_cpu_offset", TEXT + VARIABLES_AT + 0x40);
        symbols.put("init_task", TEXT + INIT_TASK_AT);
        memory.put(PHYSICAL + BANNER_AT, (BANNER + "\n").getBytes(StandardCharsets.US_ASCII));
        types();
        block = writeSymbols(form);
        tables();
        variables();
    }

    public ArrayMemory memory() {
        return memory;
    }

    /** How many symbols were written. */
    public static int symbolCount() {
        return 719;
    }

    /** Physical address of a part of the symbols. */
    public long tokenIndex() {
        return PHYSICAL + SYMBOLS_AT + block.tokenIndex();
    }

    public long names() {
        return PHYSICAL + SYMBOLS_AT + block.names();
    }

    public long markers() {
        return PHYSICAL + SYMBOLS_AT + block.markers();
    }

    public long types(int offset) {
        return PHYSICAL + TYPES_AT + offset;
    }

    public int typesLength() {
        return types.length;
    }

    public static long physical(long address) {
        return address >= MODULE_AREA
                ? address - MODULE_AREA + MODULES_PHYSICAL
                : address >= TEXT ? address - TEXT + PHYSICAL : address - PAGE_OFFSET;
    }

    private void put(long address, long value) {
        memory.putLong(physical(address), value);
    }

    private KallsymsWriter.Block writeSymbols(KallsymsWriter.Form form) {
        KallsymsWriter writer = new KallsymsWriter(form, TEXT);
        boolean absolute = form.scheme() == Scheme.RELATIVE_ABSOLUTE_PERCPU;
        writer.add(absolute ? 0 : TEXT, absolute ? 'A' : 'D', "__per_cpu_start");
        writer.add(absolute ? 0x40 : TEXT, absolute ? 'A' : 'D', "current_task");
        writer.add(absolute ? 0x2000 : TEXT, absolute ? 'A' : 'D', "__per_cpu_end");
        writer.add(TEXT, 'T', "_text").add(TEXT + END, 'B', "_end");
        symbols.forEach((name, address) -> writer.add(address, 'D', name));
        writer.add(TEXT + TYPES_AT, 'R', "__start_BTF").add(TEXT + TYPES_AT + types.length, 'R', "__stop_BTF");
        for (int i = 0; i < 701; i++) {
            writer.add(TEXT + 0x100 + i * 0x20L, i % 3 == 0 ? 't' : 'T', "fn_" + i);
        }
        writer.add(TEXT + 0x9000, 't', "x".repeat(form.longNames() ? 300 : 100));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        KallsymsWriter.Block written = writer.write(bytes);
        memory.put(PHYSICAL + SYMBOLS_AT, bytes.toByteArray());
        return written;
    }

    private void types() {
        BtfWriter writer = new BtfWriter();
        int number = writer.integer("int", 4);
        int word = writer.integer("long", 8);
        int character = writer.integer("char", 1);
        int pointer = writer.pointer(0);
        int list = writer.structure("list_head", 16, Member.at("next", pointer, 0), Member.at("prev", pointer, 8));
        int user = writer.type("kuid_t", 8, false, 0, writer.structure("", 4, Member.at("val", number, 0)));
        writer.structure("cred", 16, Member.at("usage", number, 0), Member.at("uid", user, 4));
        writer.structure("signal_struct", 32, Member.at("thread_head", list, 16));
        writer.structure(
                "task_struct",
                128,
                Member.at("pid", number, 0),
                Member.at("tgid", number, 4),
                Member.at("comm", writer.array(character, number, 16), 8),
                Member.at("tasks", list, 24),
                Member.at("mm", pointer, 40),
                Member.at("cred", pointer, 48),
                Member.at("real_cred", pointer, 56),
                Member.at("signal", pointer, 64),
                Member.at("thread_node", list, 72),
                Member.at("real_parent", pointer, 88));
        int object = writer.structure("kobject", 40, Member.at("name", pointer, 0), Member.at("entry", list, 8));
        writer.structure("kset", 64, Member.at("list", list, 8));
        int moduleObject =
                writer.structure("module_kobject", 56, Member.at("kobj", object, 0), Member.at("mod", pointer, 40));
        int part = writer.structure("part", 16, Member.at("base", pointer, 0), Member.at("size", number, 8));
        int parts = writer.array(part, number, 3);
        writer.structure(
                "module",
                256,
                Member.at("state", number, 0),
                Member.at("list", list, 8),
                Member.at("name", writer.array(character, number, 56), 24),
                Member.at("mkobj", moduleObject, 80),
                memParts ? Member.at("mem", parts, 144) : Member.at("core_layout", part, 144),
                Member.at("last", word, 200));
        types = writer.section();
        memory.put(PHYSICAL + TYPES_AT, types);
    }

    private void tables() {
        long root = PHYSICAL + ROOT_AT;
        memory.putLong(root + 511 * 8, TABLES | TABLE);
        memory.putLong(TABLES + 510 * 8, TABLES + 0x1000 | TABLE);
        memory.putLong(TABLES + 511 * 8, TABLES + 0x2000 | TABLE);
        memory.putLong(TABLES + 0x1000 + (TEXT >>> 21 & 511) * 8, PHYSICAL | LARGE);
        memory.putLong(TABLES + 0x2000, TABLES + 0x3000 | TABLE);
        for (int i = 0; i < 64; i++) {
            memory.putLong(TABLES + 0x3000 + i * 8L, MODULES_PHYSICAL + i * 0x1000L | TABLE);
        }
        memory.putLong(root + (PAGE_OFFSET >>> 39 & 511) * 8, TABLES + 0x4000 | TABLE);
        memory.putLong(TABLES + 0x4000, LARGE);
    }

    private void variables() {
        put(address("phys_base"), PHYSICAL - (TEXT - 0xffff_ffff_8000_0000L));
        put(address("page_offset_base"), PAGE_OFFSET);
        emptyList(address("modules"));
        long set = PAGE_OFFSET + HEAP;
        put(address("module_kset"), set);
        emptyList(set + 8);
        memory.putInt(physical(address("nr_cpu_ids")), 3);
        put(address("__cpu_possible_mask"), 0b101);
        for (int i = 0; i < 3; i++) {
            put(address("__per_cpu_offset") + 8L * i, PAGE_OFFSET + HEAP + 0x1_0000 + 0x1_0000L * i);
        }
        emptyList(address("init_task") + 24);
        writeTask(address("init_task"), 0, 0, "swapper");
    }

    public long address(String symbol) {
        return Objects.requireNonNull(symbols.get(symbol), symbol);
    }

    private void emptyList(long head) {
        put(head, head);
        put(head + 8, head);
    }

    /** Adds at the end of a list. */
    private void append(long head, long node) {
        long last = memory.readLong(physical(head + 8)).orElseThrow();
        put(last, node);
        put(node + 8, last);
        put(node, head);
        put(head + 8, node);
    }

    /** Takes a node out of its list, as list_del does. */
    public void unlink(long node) {
        long next = memory.readLong(physical(node)).orElseThrow();
        long previous = memory.readLong(physical(node + 8)).orElseThrow();
        put(previous, next);
        put(next + 8, previous);
    }

    private void writeTask(long task, int pid, int tgid, String name) {
        memory.putInt(physical(task), pid).putInt(physical(task) + 4, tgid);
        memory.put(physical(task) + 8, name.getBytes(StandardCharsets.US_ASCII));
        long more = PAGE_OFFSET + HEAP + 0x8000 + 0x100L * tasks++;
        put(task + 48, more);
        memory.putInt(physical(more) + 4, 1000 + pid);
        put(task + 64, more + 0x40);
        emptyList(more + 0x40 + 16);
        append(more + 0x40 + 16, task + 72);
    }

    /** Adds a process to the list; returns its address. */
    public long process(int pid, String name) {
        long task = PAGE_OFFSET + HEAP + 0x1000 + 0x100L * tasks;
        writeTask(task, pid, pid, name);
        append(address("init_task") + 24, task + 24);
        return task;
    }

    /** Adds a thread to a process; returns its address. */
    public long thread(long process, int pid, int tgid, String name) {
        long task = PAGE_OFFSET + HEAP + 0x1000 + 0x100L * tasks;
        writeTask(task, pid, tgid, name);
        long signal = memory.readLong(physical(process) + 64).orElseThrow();
        append(signal + 16, task + 72);
        return task;
    }

    /** Loads a module of three pages, listed and in sysfs; returns its address. */
    public long module(int number, String name) {
        long area = MODULE_AREA + number * 0x4000L;
        long module = area + 0x2040;
        memory.put(physical(module) + 24, name.getBytes(StandardCharsets.US_ASCII));
        put(module + 144, area);
        memory.putInt(physical(module) + 152, memParts ? 0x2000 : 0x3000);
        if (memParts) {
            put(module + 160, area + 0x2000);
            memory.putInt(physical(module) + 168, 0x1000);
        }
        put(module + 80 + 40, module);
        append(address("modules"), module + 8);
        append(PAGE_OFFSET + HEAP + 8, module + 80 + 8);
        return module;
    }

    /** The places of the list nodes in a module. */
    public static List<Long> nodes(long module) {
        return List.of(module + 8, module + 80 + 8);
    }
}
