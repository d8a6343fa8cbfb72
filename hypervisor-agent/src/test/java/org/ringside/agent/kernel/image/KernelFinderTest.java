package org.ringside.agent.kernel.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ringside.agent.kernel.image.KallsymsLayout.Order;
import org.ringside.agent.kernel.image.KallsymsLayout.Scheme;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.symbol.Symbol;

final class KernelFinderTest {
    private static KernelSearch search(PhysicalMemory memory) {
        return KernelFinder.search(memory, List.of(), () -> false);
    }

    private static LinuxKernel found(PhysicalMemory memory) {
        return assertInstanceOf(KernelSearch.Found.class, search(memory)).kernel();
    }

    private static KernelSearch.Incomplete incomplete(PhysicalMemory memory) {
        return assertInstanceOf(KernelSearch.Incomplete.class, search(memory));
    }

    static Stream<KallsymsWriter.Form> forms() {
        return Stream.of(
                new KallsymsWriter.Form(Order.ADDRESSES_FIRST, Scheme.RELATIVE_ABSOLUTE_PERCPU, 0, false),
                new KallsymsWriter.Form(Order.ADDRESSES_FIRST, Scheme.RELATIVE_ABSOLUTE_PERCPU, 0, true),
                new KallsymsWriter.Form(Order.ADDRESSES_FIRST, Scheme.RELATIVE_ABSOLUTE_PERCPU, 4, true),
                new KallsymsWriter.Form(Order.ADDRESSES_FIRST, Scheme.RELATIVE, 3, true),
                new KallsymsWriter.Form(Order.ADDRESSES_FIRST, Scheme.ABSOLUTE, 0, false),
                new KallsymsWriter.Form(Order.ADDRESSES_LAST, Scheme.RELATIVE_ABSOLUTE_PERCPU, 3, true),
                new KallsymsWriter.Form(Order.ADDRESSES_LAST, Scheme.RELATIVE, 3, true),
                new KallsymsWriter.Form(Order.ADDRESSES_LAST, Scheme.ABSOLUTE, 3, true));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void symbolsOfEveryFormAreReadAndPlaceTheImage(KallsymsWriter.Form form) {
        LinuxKernel kernel = found(new SyntheticKernel(form, true).memory());
        KallsymsLayout layout = kernel.kallsyms().layout();
        assertEquals(form.order(), layout.order());
        assertEquals(form.scheme(), layout.scheme());
        assertEquals(SyntheticKernel.symbolCount(), kernel.symbols().size());
        assertEquals(
                new Symbol(SyntheticKernel.TEXT + 0x100 + 699 * 0x20, 't', "fn_699", ""),
                kernel.symbols().byName("fn_699").orElseThrow());
        assertEquals(
                form.longNames() ? 300 : 100,
                kernel.symbols()
                        .nearest(SyntheticKernel.TEXT + 0x9010)
                        .orElseThrow()
                        .symbol()
                        .name()
                        .length());
        assertEquals(SyntheticKernel.TEXT, kernel.place().virtualBase());
        assertEquals(SyntheticKernel.PHYSICAL, kernel.place().physicalBase());
        assertEquals(SyntheticKernel.BANNER, kernel.place().banner().orElseThrow());
        assertEquals(SyntheticKernel.PAGE_OFFSET, kernel.place().pageOffset().orElseThrow());
        assertTrue(kernel.place().evidence().stream().allMatch(Evidence::holds), kernel.place()::toString);
        assertTrue(kernel.types().isKnown(), kernel.types()::reason);
    }

    @Test
    void memoryWithoutLinuxIsSaidToBeWithout() {
        byte[] noise = new byte[8 << 20];
        new Random(7).nextBytes(noise);
        assertInstanceOf(KernelSearch.NotLinux.class, search(new ArrayMemory(MemorySegment.ofArray(noise))));
        assertInstanceOf(KernelSearch.NotLinux.class, search(new ArrayMemory(MemorySegment.ofArray(new byte[4096]))));
        assertInstanceOf(KernelSearch.NotLinux.class, search(new ArrayMemory(MemorySegment.ofArray(new byte[0]))));
    }

    @Test
    void missingNamesAreNamedAndThePlaceIsStillFound() {
        SyntheticKernel kernel = new SyntheticKernel(SyntheticKernel.LATE, true);
        kernel.memory().remove(kernel.names(), 1);
        KernelSearch.Incomplete result = incomplete(kernel.memory());
        assertTrue(
                result.missing().stream().anyMatch(item -> item.startsWith("symbols: not captured")),
                result.missing()::toString);
        KernelPlace place = result.places().getFirst();
        assertEquals(SyntheticKernel.TEXT, place.virtualBase());
        assertEquals(SyntheticKernel.PHYSICAL, place.physicalBase());
        assertEquals(SyntheticKernel.BANNER, place.banner().orElseThrow());
    }

    @Test
    void withoutAnySymbolsTablesAndBannerStillSayWhere() {
        SyntheticKernel kernel = new SyntheticKernel(SyntheticKernel.LATE, true);
        kernel.memory().remove(SyntheticKernel.PHYSICAL + SyntheticKernel.SYMBOLS_AT, 0x2_0000);
        KernelSearch.Incomplete result = incomplete(kernel.memory());
        assertEquals(List.of("symbols: no token index of kallsyms was captured"), result.missing());
        assertEquals(SyntheticKernel.PHYSICAL, result.places().getFirst().physicalBase());
    }

    @Test
    void symbolsPlaceTheImageWithoutItsPageTables() {
        SyntheticKernel kernel = new SyntheticKernel(SyntheticKernel.LATE, true);
        kernel.memory().remove(SyntheticKernel.physical(kernel.address("init_top_pgt")), 1);
        LinuxKernel found = found(kernel.memory());
        assertEquals(SyntheticKernel.PHYSICAL, found.place().physicalBase());
        assertTrue(found.place().paging().isEmpty());
        assertEquals(SyntheticKernel.PAGE_OFFSET, found.place().pageOffset().orElseThrow());
        assertTrue(found.types().isKnown());
    }

    @Test
    void aWrongMarkerOrUnsortedAddressesAreNoSymbols() {
        SyntheticKernel marker = new SyntheticKernel(SyntheticKernel.LATE, true);
        marker.memory().putInt(marker.markers() + 4, 0x123);
        incomplete(marker.memory());
        SyntheticKernel address = new SyntheticKernel(SyntheticKernel.LATE, true);
        address.memory().putInt(address.tokenIndex() + 512 + 400, 5);
        assertTrue(incomplete(address.memory()).missing().getFirst().contains("sorted"));
    }

    @Test
    void typesThatWereNotCapturedOrAreBrokenAreTold() {
        SyntheticKernel missing = new SyntheticKernel(SyntheticKernel.LATE, true);
        missing.memory().remove(missing.types(0), 1);
        assertTrue(found(missing.memory()).types().reason().startsWith("not captured"));
        SyntheticKernel broken = new SyntheticKernel(SyntheticKernel.LATE, true);
        broken.memory().putInt(broken.types(24 + 4), 31 << 24);
        assertTrue(found(broken.memory()).types().reason().contains("kind 31"));
    }

    @Test
    void aCancelledSearchEnds() {
        SyntheticKernel kernel = new SyntheticKernel(SyntheticKernel.LATE, true);
        KernelSearch result = KernelFinder.search(kernel.memory(), List.of(), () -> true);
        assertEquals("kernel.search-cut", result.findings().getFirst().code());
    }
}
