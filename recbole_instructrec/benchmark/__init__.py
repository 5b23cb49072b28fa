"""``instructrec benchmark``: models trained by RecBole on one split, ranked, compared and plotted.

Each model with each seed is a :mod:`.part` that is kept once it is finished:

    settings    the properties of the benchmark, and each model's options
    split       who is tested on what, read once for all models
    protocol    which items a target is ranked among
    training    RecBole's training, resumed where it was killed
    ranks       where each model puts each target
    metrics     what that is worth
    report      tables, tests of significance, plots
"""
