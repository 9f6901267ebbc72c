package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.junit.jupiter.api.Test;

/** A key that is used again is returned from the cache, until too many other keys have been used. */
class EcPublicKeyCacheTest {
    private final EcPublicKeyCache cache = new EcPublicKeyCache(EcCurve.P256.parameters());
    private final ECPublicKey key = (ECPublicKey) TestIdentity.p256().pair().getPublic();

    @Test
    void aRepeatedKeyIsCached() throws Exception {
        ECPublicKeyParameters first = cache.get(key);
        ECPublicKey again =
                (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.getEncoded()));

        assertSame(first, cache.get(again));
        assertEquals(key.getW().getAffineX(), first.getQ().getAffineXCoord().toBigInteger());
        assertEquals(key.getW().getAffineY(), first.getQ().getAffineYCoord().toBigInteger());
    }

    @Test
    void theLeastRecentlyUsedIsForgotten() throws Exception {
        ECPublicKeyParameters first = cache.get(key);
        for (int i = 1; i <= 255; i++) {
            cache.get(multipleOfG(i));
        }
        assertSame(first, cache.get(key));
        for (int i = 1; i <= 256; i++) {
            cache.get(multipleOfG(1000 + i));
        }
        assertNotSame(first, cache.get(key));
    }

    @Test
    void pointsElsewhereAreRefused() throws Exception {
        ECPoint w = new ECPoint(key.getW().getAffineX(), key.getW().getAffineY().add(BigInteger.ONE));

        assertThrows(IllegalArgumentException.class, () -> cache.get(keyAt(w)));
    }

    private ECPublicKey multipleOfG(int factor) throws Exception {
        var point = new FixedPointCombMultiplier()
                .multiply(EcCurve.P256.parameters().getG(), BigInteger.valueOf(factor))
                .normalize();
        return keyAt(new ECPoint(
                point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger()));
    }

    private ECPublicKey keyAt(ECPoint w) throws Exception {
        return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, key.getParams()));
    }
}
