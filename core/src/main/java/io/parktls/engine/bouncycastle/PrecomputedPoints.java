package io.parktls.engine.bouncycastle;

import org.bouncycastle.math.ec.AbstractECLookupTable;
import org.bouncycastle.math.ec.ECLookupTable;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointPreCompInfo;
import org.bouncycastle.math.ec.FixedPointUtil;
import org.bouncycastle.math.ec.PreCompInfo;
import org.jspecify.annotations.Nullable;

/**
 * A table of multiples of a point that holds point objects. Bouncy Castle's own table, which it builds for points that
 * are used repeatedly, holds coordinates and creates a new object for each lookup. A P-256 signature needs 86 lookups,
 * which account for a tenth of the memory of a handshake. Immutable.
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

    /** Replaces Bouncy Castle's table of a point with such a table, if Bouncy Castle has built one. */
    static void replaceTableOf(ECPoint point) {
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

    /** For secret indices: takes the same time and accesses the same memory for every index. */
    @Override
    public ECPoint lookup(int index) {
        return original.lookup(index);
    }

    /** For public indices. */
    @Override
    public ECPoint lookupVar(int index) {
        return points[index];
    }
}
