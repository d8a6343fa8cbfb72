package org.ringside.decoder.vmcs;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of the control words and of the exception bitmap, every bit named. */
public final class ControlLayouts {
    private static final Map<ControlWord, BitFieldLayout> WORDS = words();

    /** Exceptions by vector (SDM vol. 3, table 6-1 and 25.6.3). */
    public static final BitFieldLayout EXCEPTION_BITMAP = exceptionBitmap();

    private ControlLayouts() {}

    public static BitFieldLayout of(ControlWord word) {
        return WORDS.getOrDefault(word, EXCEPTION_BITMAP);
    }

    private static Map<ControlWord, BitFieldLayout> words() {
        Map<ControlWord, BitFieldLayout> layouts = new EnumMap<>(ControlWord.class);
        for (ControlWord word : ControlWord.values()) {
            layouts.put(word, layout(word));
        }
        return Map.copyOf(layouts);
    }

    private static BitFieldLayout layout(ControlWord word) {
        BitFieldLayout.Builder table =
                BitFieldLayout.of("vmcs", word.title(), word.width(), Sdm.section(word.section()));
        Map<Integer, VmxControl> named = new HashMap<>();
        VmxControl.of(word).forEach(control -> named.put(control.bit(), control));
        int bit = 0;
        while (bit < word.width()) {
            VmxControl control = named.get(bit);
            if (control != null) {
                table.flag(bit, control.title(), control.effect());
                bit++;
                continue;
            }
            boolean one = (word.defaultOnes() >>> bit & 1) != 0;
            int high = bit;
            while (high + 1 < word.width()
                    && !named.containsKey(high + 1)
                    && ((word.defaultOnes() >>> (high + 1) & 1) != 0) == one) {
                high++;
            }
            if (one) {
                table.reservedOne(high, bit);
            } else {
                table.reservedZero(high, bit);
            }
            bit = high + 1;
        }
        return table.build();
    }

    private static BitFieldLayout exceptionBitmap() {
        String[] exceptions = {
            "#DE",
            "#DB",
            "NMI (vector 2)",
            "#BP",
            "#OF",
            "#BR",
            "#UD",
            "#NM",
            "#DF",
            "Vector 9",
            "#TS",
            "#NP",
            "#SS",
            "#GP",
            "#PF",
            "Vector 15",
            "#MF",
            "#AC",
            "#MC",
            "#XM",
            "#VE",
            "#CP",
            "Vector 22",
            "Vector 23",
            "Vector 24",
            "Vector 25",
            "Vector 26",
            "Vector 27",
            "#HV (vector 28)",
            "#VC (vector 29)",
            "#SX (vector 30)",
            "Vector 31"
        };
        BitFieldLayout.Builder table = BitFieldLayout.of("vmcs", "Exception bitmap", 32, Sdm.section("25.6.3"));
        for (int vector = 0; vector < exceptions.length; vector++) {
            table.flag(
                    vector,
                    exceptions[vector],
                    vector == 14
                            ? "page faults cause VM exits as the error-code mask and match say"
                            : "exceptions of this vector cause VM exits");
        }
        return table.build();
    }
}
