// ANY_ABOVE of the library in C.
static void any_above(ANY_ABOVE *a, const Measurements *values, float over, int64_t lasting, int samples,
                      int64_t now) {
    a->Over = over;
    a->Lasting = lasting;
    a->Samples = (int16_t)samples;
    int good = 0, count = 0, index = 0;
    float hottest = 0.0f;
    for (int i = 0; i < values->Count; i++) {
        if (values->Ok[i]) {
            good++;
            if (values->Sequence[i] != a->seen[i]) {
                a->seen[i] = values->Sequence[i];
                if (!(values->Value[i] > over)) {
                    a->run[i] = 0;
                } else if (a->run[i] == 0) {
                    a->run[i] = 1;
                    a->began[i] = now;
                } else if (a->run[i] < 32767) {
                    a->run[i]++;
                }
            }
            a->counts[i] = a->run[i] > 0 && a->run[i] >= samples && now - a->began[i] >= lasting;
        } else {
            a->began[i] += now - a->last;
        }
        if (a->counts[i]) {
            count++;
            if (index == 0 || values->Value[i] > hottest) {
                index = i + 1;
                hottest = values->Value[i];
            }
        }
    }
    a->last = now;
    a->Count = (int16_t)count;
    a->Index = (int16_t)index;
    a->Value = hottest;
    a->Q = count > 0;
    a->Blind = too_few(good, values->Count);
}
