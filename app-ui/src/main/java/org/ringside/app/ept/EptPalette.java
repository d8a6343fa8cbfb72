package org.ringside.app.ept;

import org.ringside.app.map.CellPalette;
import org.ringside.decoder.translation.AccessRights;

/**
 * Colours of the EPT map. A small cell has the colour of its rights; a large one has a quarter for each right, always at the same place, in the
 * right's own hue: read, write above; execute, execute in user mode below.
 *
 * @param background outside the picture and between large cells
 * @param notMapped pages that are not mapped
 * @param all pages with every right: the usual ones
 * @param read hue of the right to read
 * @param write hue of the right to write
 * @param execute hue of the right to fetch
 * @param userExecute hue of the right to fetch in user mode
 */
record EptPalette(int background, int notMapped, int all, int read, int write, int execute, int userExecute)
        implements CellPalette {
    /** Cells from this size on show each right. */
    private static final int QUARTERS_FROM = 7;

    @Override
    public int hatch() {
        return background;
    }

    @Override
    public int of(byte code) {
        AccessRights rights = EptCells.rights(code);
        if (code == EptCells.NOT_MAPPED) {
            return notMapped;
        }
        if (rights.read() && rights.write() && (rights.execute() || rights.userExecute())) {
            return all;
        }
        if (rights.write()) {
            return write;
        }
        if (rights.execute() || rights.userExecute()) {
            int fetch = rights.execute() ? execute : userExecute;
            return rights.read() ? mixed(fetch, read) : fetch;
        }
        return read;
    }

    @Override
    public int of(byte code, int x, int y, int size) {
        if (size < QUARTERS_FROM || code == EptCells.NOT_MAPPED) {
            return of(code);
        }
        AccessRights rights = EptCells.rights(code);
        boolean left = x < size / 2;
        boolean upper = y < size / 2;
        if (upper) {
            return left ? (rights.read() ? read : notMapped) : rights.write() ? write : notMapped;
        }
        return left ? (rights.execute() ? execute : notMapped) : rights.userExecute() ? userExecute : notMapped;
    }

    @Override
    public boolean isHatched(byte code) {
        return false;
    }

    /** Pages that lack a right among others that lack none. */
    @Override
    public boolean isEmphasised(byte code) {
        return code != EptCells.NOT_MAPPED && of(code) != all;
    }

    @Override
    public int codes() {
        return EptCells.CODES;
    }

    private static int mixed(int one, int other) {
        return 0xff000000 | ((one & 0xfefefe) >> 1) + ((other & 0xfefefe) >> 1);
    }
}
