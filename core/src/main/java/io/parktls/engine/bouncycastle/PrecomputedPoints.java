package io.parktls.engine.bouncycastle;

import org.bouncycastle.math.ec.AbstractECLookupTable;
import org.bouncycastle.math.ec.ECLookupTable;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointPreCompInfo;
import org.bouncycastle.math.ec.FixedPointUtil;
import org.bouncycastle.math.ec.PreCompInfo;
import org.jspecify.annotations.Nullable;

/**
 * A table of multiples of a point, as Bouncy Castle makes it for a point that it meets again, with the points at hand. Bouncy
 * Castle's keeps their coordinates and makes a new object for each look: 86 for a signature on P-256, which is a tenth of the
 * memory of a handshake. Immutable.
 */
final class PrecomputedPoints extends AbstractECLookupTable {
    private final ECLookupTable original;
    private final ECPoint[] points;

    private PrecomputedPoints(ECLookupTable original) {
        this.original = original;
        this.points = new ECPoint[original.getSize()];
        for (int i = 0; i < points.length; i++) {
            points[i] = original.lookupVar(i);
        }
    }

    /** Puts such a table in the place of Bouncy Castle's, if that has made one by now. */
    static void keepFor(ECPoint point) {
        point.getCurve().precompute(point, FixedPointUtil.PRECOMP_NAME, PrecomputedPoints::replaceTable);
    }

    private static @Nullable PreCompInfo replaceTable(@Nullable PreCompInfo existing) {
        if (existing instanceof FixedPointPreCompInfo fixed && !(fixed.getLookupTable() instanceof PrecomputedPoints)) {
            fixed.setLookupTable(new PrecomputedPoints(fixed.getLookupTable()));
        }
        return existing;
    }

    @Override
    public int getSize() {
        return points.length;
    }

    /** For secret indices: takes the same time, and looks at the same memory, for each of them. */
    @Override
    public ECPoint lookup(int index) {
        return original.lookup(index);
    }

    /** For indices that anybody may know. */
    @Override
    public ECPoint lookupVar(int index) {
        return points[index];
    }
}
