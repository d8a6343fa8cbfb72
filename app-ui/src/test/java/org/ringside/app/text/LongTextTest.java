package org.ringside.app.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LongTextTest {
    @Test
    void aShortTextStaysWhole() {
        LongText text = LongText.of("VMCOREINFO: OSRELEASE=6.1.0; PAGESIZE=4096");
        assertEquals("VMCOREINFO: OSRELEASE=6.1.0; PAGESIZE=4096", text.brief());
        assertEquals(text.brief(), text.full());
        assertEquals(List.of(), text.rest());
    }

    @Test
    void aLongListShowsItsFirstPartAndCountsTheOthers() {
        String tail = "SYMBOL(init_uts_ns)=ffffffff82a1a0e0; ".repeat(1_200);
        LongText text = LongText.of("VMCOREINFO: OSRELEASE=6.1.0; " + tail + "END=1");
        assertEquals("VMCOREINFO: OSRELEASE=6.1.0 … and 1,201 more", text.brief());
        assertEquals("END=1", text.full().lines().toList().getLast());
        assertEquals(1_202, text.full().lines().count());
    }

    @Test
    void aLongSentenceIsNoList() {
        String sentence = "The file ends where the program header says that memory begins. ".repeat(5);
        assertEquals(sentence, LongText.of(sentence).brief());
    }
}
