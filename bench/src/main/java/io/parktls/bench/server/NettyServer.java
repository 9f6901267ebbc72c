package io.parktls.bench.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.Provider;
import org.jspecify.annotations.Nullable;

/** A Netty server as in the user guide: it writes each buffer as it arrives, and flushes once for all that was read. */
final class NettyServer {
    private NettyServer() {}

    /**
     * Starts a server.
     *
     * @param jsse the security provider of the {@code SSLContext}, for {@link SslProvider#JDK}; null for the JVM's first
     * @return the port
     */
    static int start(SslProvider provider, @Nullable Provider jsse, ServerKey key) throws IOException {
        SslContextBuilder builder =
                SslContextBuilder.forServer(key.key(), key.certificate()).sslProvider(provider);
        if (jsse != null) {
            builder.sslContextProvider(jsse);
        }
        SslContext context = builder.build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(ServerProcess.issuesTickets());
            if (ServerProcess.issuesTickets()) {
                // Without keys, BoringSSL makes its own. Netty issues tickets only after this call.
                sessions.setTicketKeys(new OpenSslSessionTicketKey[0]);
            }
        }
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        Channel listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, ServerKind.BACKLOG)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(context.newHandler(channel.alloc()), new Connection());
                    }
                })
                .bind(ServerKind.anyPort())
                .syncUninterruptibly()
                .channel();
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** One connection. Called by the thread of its event loop only. */
    private static final class Connection extends ChannelInboundHandlerAdapter {
        private @Nullable ServiceRequest request;

        /** The bytes that are sent repeatedly. */
        private @Nullable ByteBuf payload;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (request == null) {
                // The request arrives in one piece, since it is in one record.
                request =
                        ServiceRequest.of(bytes.readSlice(ServiceRequest.BYTES).nioBuffer());
                if (request.service() == ServiceRequest.Service.SEND) {
                    payload = context.alloc().directBuffer(request.bufferSize()).writeZero(request.bufferSize());
                    send(context);
                }
            }
            if (request.service() == ServiceRequest.Service.ECHO && bytes.isReadable()) {
                var _ = context.write(bytes, context.voidPromise());
            } else {
                bytes.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            send(context);
        }

        private void send(ChannelHandlerContext context) {
            if (payload != null) {
                while (context.channel().isWritable()) {
                    var _ = context.writeAndFlush(payload.retainedDuplicate(), context.voidPromise());
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Clients reset their connections when a measurement ends. Any other failure is one for the client too.
            var _ = context.close();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            ReferenceCountUtil.release(payload);
        }
    }
}
