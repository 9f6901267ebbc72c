package io.parktls.bio;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests the in-memory pipe. */
class PairBioTest {
    @Nested
    @DisplayName("a pair of 17,408 bytes")
    class Usual extends Pair {
        Usual() {
            super(17_408);
        }
    }

    @Nested
    @DisplayName("a pair of three bytes")
    class ThreeBytes extends Pair {
        ThreeBytes() {
            super(3);
        }
    }

    @Nested
    @DisplayName("a pair of seven bytes, whose ring wraps around often")
    class SevenBytes extends Pair {
        SevenBytes() {
            super(7);
        }
    }

    @Nested
    @DisplayName("a blocking pair")
    class Blocking extends BioContract {
        @Override
        protected Bio[] open() {
            return BlockingBio.pair(1_000);
        }

        @Override
        protected boolean blocks() {
            return true;
        }
    }

    abstract static class Pair extends BioContract {
        private final int capacity;

        Pair(int capacity) {
            this.capacity = capacity;
        }

        @Override
        protected Bio[] open() {
            return Bio.pair(capacity);
        }

        @Override
        protected int volume() {
            return capacity * 100;
        }

        @Override
        protected boolean blocks() {
            return false;
        }
    }

    @Test
    void needsRoomForAByte() {
        assertThrows(IllegalArgumentException.class, () -> Bio.pair(0));
    }
}
