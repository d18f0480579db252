import pyarrow as pa, pyarrow.parquet as pq, random, decimal, datetime, struct, uuid, sys
random.seed(7)
N = 60
def opt(f): return [None if random.random() < 0.15 else f(i) for i in range(N)]
D = decimal.Decimal
def dec(p, s): return lambda i: D(random.randint(-10**p + 1, 10**p - 1)).scaleb(-s)
decimal.getcontext().prec = 60
base = datetime.datetime(1950, 1, 1)
def ts(unit): return lambda i: base + datetime.timedelta(days=random.randint(0, 40000), microseconds=random.randint(0, 86399999) * (1000 if unit == 'ms' else 1))
out = sys.argv[1]
def lists(f): return opt(lambda i: [None if random.random() < .2 else f(i) for _ in range(random.randint(0, 3))])
cols = {
 'id': pa.array(range(N), pa.int64()),
 'i8': pa.array(opt(lambda i: random.randint(-128, 127)), pa.int8()),
 'i16': pa.array(opt(lambda i: random.randint(-2**15, 2**15-1)), pa.int16()),
 'u8': pa.array(opt(lambda i: random.randint(0, 255)), pa.uint8()),
 'u16': pa.array(opt(lambda i: random.randint(0, 65535)), pa.uint16()),
 'u32': pa.array(opt(lambda i: random.randint(0, 2**32-1)), pa.uint32()),
 'u64': pa.array(opt(lambda i: random.randint(0, 2**64-1)), pa.uint64()),
 'f': pa.array(opt(lambda i: struct.unpack('f', struct.pack('f', random.gauss(0, 1)))[0]), pa.float32()),
 'd': pa.array(opt(lambda i: random.choice([random.gauss(0, 1e6), float('nan'), float('-inf')])), pa.float64()),
 'b': pa.array(opt(lambda i: random.random() < .5), pa.bool_()),
 's': pa.array(opt(lambda i: 'é%d' % random.randint(0, 9)), pa.large_string()),
 'dict': pa.array(opt(lambda i: random.choice(['a', 'b'])), pa.string()).dictionary_encode(),
 'bin': pa.array(opt(lambda i: random.randbytes(random.randint(0, 5))), pa.binary()),
 'fixed': pa.array(opt(lambda i: random.randbytes(3)), pa.binary(3)),
 'd9': pa.array(opt(dec(9, 2)), pa.decimal128(9, 2)),
 'd18': pa.array(opt(dec(18, 4)), pa.decimal128(18, 4)),
 'd38': pa.array(opt(dec(38, 10)), pa.decimal128(38, 10)),
 'day': pa.array(opt(lambda i: datetime.date(1900 + random.randint(0, 200), 2, 28)), pa.date32()),
 'ms': pa.array(opt(ts('ms')), pa.timestamp('ms')),
 'us': pa.array(opt(ts('us')), pa.timestamp('us')),
 'utc': pa.array(opt(ts('us')), pa.timestamp('us', tz='UTC')),
 'ls': pa.array(lists(lambda i: random.randint(-9, 9)), pa.list_(pa.int32())),
 'fl': pa.array(opt(lambda i: ['x', None]), pa.list_(pa.string(), 2)),
 'items': pa.array(lists(lambda i: {'sku': random.choice(['s', None]), 'tags': random.choice([None, [], ['t', None]])}), pa.list_(pa.struct([('sku', pa.string()), ('tags', pa.list_(pa.string()))]))),
 'm': pa.array(opt(lambda i: [('k%d' % j, random.choice([None, j])) for j in range(random.randint(0, 3))]), pa.map_(pa.string(), pa.int32())),
 'st': pa.array(opt(lambda i: {'x': random.choice([1, None]), 'y': {'z': random.random()}}), pa.struct([('x', pa.int16()), ('y', pa.struct([('z', pa.float64())]))])),
}
pq.write_table(pa.table(cols), out + '/arrow.parquet', compression='zstd')
pq.write_table(pa.table(cols), out + '/arrow-small-decimals.parquet', store_decimal_as_integer=True, data_page_version='2.0', version='2.6', use_compliant_nested_type=False, row_group_size=17, compression='snappy')
def pair(vals, typ, text):
    return pa.array(vals, typ), pa.array([None if v is None else text(v) for v in vals], pa.string())
t32 = opt(lambda i: datetime.time(random.randint(0,23), random.randint(0,59), random.randint(0,59), random.randint(0,999)*1000))
t64 = opt(lambda i: random.randint(0, 86399999999999))
ns = opt(lambda i: random.randint(-6*10**17, 4*10**18))
def hhmm(v): s, f = divmod(v, 10**9); return '%02d:%02d:%02d.%09d' % (s//3600, s//60%60, s%60, f)
def iso(v): ms = v // 10**6; return (datetime.datetime(1970,1,1) + datetime.timedelta(milliseconds=ms)).strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (ms % 1000)
us = opt(lambda i: uuid.UUID(int=random.getrandbits(128)))
others = {'id': cols['id'], 'nothing': pa.nulls(N)}
others['t32'], others['t32_text'] = pair(t32, pa.time32('ms'), lambda v: v.strftime('%H:%M:%S.') + '%03d' % (v.microsecond // 1000))
others['t64'], others['t64_text'] = pair(t64, pa.time64('ns'), hhmm)
others['ns'], others['ns_text'] = pair(ns, pa.timestamp('ns', tz='UTC'), iso)
others['u'] = pa.array([None if v is None else v.bytes for v in us], pa.uuid()) if hasattr(pa, 'uuid') else None
others['u_text'] = pa.array([None if v is None else str(v) for v in us], pa.string())
h = [None if v is None else struct.unpack('e', struct.pack('e', v))[0] for v in opt(lambda i: random.choice([random.gauss(0, 1), 0.0, 65504.0, 6e-8]))]
others['h'] = pa.array(h, pa.float16())
others['h_text'] = pa.array(h, pa.float64())
pq.write_table(pa.table(others), out + '/arrow-others.parquet')
print(pq.ParquetFile(out + '/arrow-others.parquet').schema)
