package io.parktls.integration.engine;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.parktls.integration.WithParkTls;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.DisplayName;

/** Tests servers of Netty, with {@code SslProvider.JDK}. Its {@code SniHandler} reads the SNI and chooses a context. */
@WithParkTls
@DisplayName("Netty")
class NettyTest extends ServerContract {
    @Override
    ServerUnderTest start(ServerSetup setup) throws Exception {
        return new Server(setup);
    }

    private static final class Server implements ServerUnderTest {
        private final ServerSetup setup;
        private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        private final Channel listener;

        private volatile SslContext main;
        private volatile SslContext other;

        Server(ServerSetup setup) throws Exception {
            this.setup = setup;
            main = context(Keys.MAIN, setup.keys());
            other = context(Keys.OTHER, setup.keys());
            listener = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(new BySni()).addLast(new ByProtocol());
                        }
                    })
                    .bind("127.0.0.1", 0)
                    .sync()
                    .channel();
        }

        private SslContext context(String alias, KeyStore keys) throws GeneralSecurityException, SSLException {
            KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            identity.init(Keys.only(alias, keys), Keys.PASSWORD.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(Keys.authority());
            return SslContextBuilder.forServer(identity)
                    .sslProvider(SslProvider.JDK)
                    .trustManager(trust)
                    .clientAuth(setup.clientCertificate() ? ClientAuth.REQUIRE : ClientAuth.NONE)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2,
                            ApplicationProtocolNames.HTTP_1_1))
                    .build();
        }

        @Override
        public int port() {
            return ((InetSocketAddress) listener.localAddress()).getPort();
        }

        @Override
        public void renew(KeyStore keys) throws Exception {
            main = context(Keys.MAIN, keys);
            other = context(Keys.OTHER, keys);
        }

        @Override
        public void close() {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }

        /** Chooses the context. Netty's timeout of 10 s is short for 500 handshakes at once. */
        private final class BySni extends SniHandler {
            BySni() {
                super((String host) -> Keys.OTHER_HOST.equals(host) ? other : main, RawHttp.HANG_MILLIS);
            }

            @Override
            protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
                SslHandler handler = super.newSslHandler(context, allocator);
                handler.setHandshakeTimeoutMillis(RawHttp.HANG_MILLIS);
                return handler;
            }
        }

        /** Adds the handlers of the protocol that ALPN has agreed on. */
        private final class ByProtocol extends ApplicationProtocolNegotiationHandler {
            ByProtocol() {
                super(ApplicationProtocolNames.HTTP_1_1);
            }

            @Override
            protected void configurePipeline(ChannelHandlerContext context, String protocol) {
                SSLSession session =
                        context.pipeline().get(SslHandler.class).engine().getSession();
                EngineProof.assertMade(session);
                if (protocol.equals(ApplicationProtocolNames.HTTP_1_1)) {
                    ChannelPipeline pipeline =
                            context.pipeline().addLast(new HttpServerCodec()).addLast(new HttpServerKeepAliveHandler());
                    addApplication(pipeline, session);
                    return;
                }
                context.pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer().build())
                        .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
                                addApplication(stream.pipeline(), session);
                            }
                        }));
            }

            /** A client that refuses the certificate is no news. */
            @Override
            protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
                context.close();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                context.close();
            }

            private void addApplication(ChannelPipeline pipeline, SSLSession session) {
                pipeline.addLast(new HttpObjectAggregator(16 << 20));
                pipeline.addLast(application(session));
            }
        }

        private ChannelHandler application(SSLSession session) {
            return new SimpleChannelInboundHandler<FullHttpRequest>() {
                @Override
                protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
                    byte[] answer = setup.application()
                            .answer(request.uri(), ByteBufUtil.getBytes(request.content()), Keys.peer(session));
                    FullHttpResponse response = new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(answer));
                    HttpUtil.setContentLength(response, answer.length);
                    context.writeAndFlush(response);
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                    context.close();
                }
            };
        }
    }
}
